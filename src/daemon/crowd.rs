//! A crowd that has gone: when what it needed is worth giving back.

/// Fewer clients are no crowd.
const CROWD: usize = 100;
/// Seconds until those who went are gone for good.
const AFTER: u8 = 5;
/// How long a thread that has nothing to do waits for more: not so long that it holds any of a crowd's memory then.
pub(super) const IDLE: std::time::Duration = std::time::Duration::from_secs(2);

/// How many clients there were at the most lately, second by second.
#[derive(Debug, Default)]
pub(super) struct Crowd {
    most: usize,
    /// Seconds until its memory is given back, since half of it has gone.
    left: Option<u8>,
}

impl Crowd {
    /// A second has passed, and there are so many now: whether to give memory back.
    pub(super) fn has_gone(&mut self, clients: usize) -> bool {
        self.most = self.most.max(clients);
        if self.most >= CROWD && clients <= self.most / 2 {
            self.most = clients;
            self.left = Some(AFTER);
            return false;
        }
        self.left = self.left.map(|left| left - 1);
        self.left.take_if(|left| *left == 0).is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// After how many seconds memory is given back, when so many clients are there second by second and the last stay.
    fn given_back(counts: &[usize]) -> Vec<usize> {
        let mut crowd = Crowd::default();
        let last = std::iter::repeat(counts.last().unwrap());
        let seconds = counts.iter().chain(last).take(30).enumerate();
        let gone = seconds.filter(|(_, clients)| crowd.has_gone(**clients));
        gone.map(|(second, _)| second).collect()
    }

    #[test]
    fn memory_is_given_back_once_when_half_of_a_crowd_has_gone_for_good() {
        assert_eq!(given_back(&[1000, 500]), [6]);
        assert_eq!(given_back(&[1000, 400, 0]), [7], "not while they go");
        assert!(given_back(&[1000, 501]).is_empty());
        assert!(given_back(&[99, 0]).is_empty(), "no crowd");
        assert_eq!(given_back(&[400, 0, 0, 0, 0, 0, 0, 0, 400, 0]), [6, 14]);
    }
}
