//! How long things took: a histogram in microseconds.

/// The histogram.
pub(crate) struct Latency {
    /// Counts in buckets of growing width: 64 to a power of two.
    buckets: Vec<u64>,
    most: u64,
}

impl Default for Latency {
    fn default() -> Latency {
        Latency {
            buckets: vec![0; 64 * 64],
            most: 0,
        }
    }
}

impl Latency {
    /// Counts one, in microseconds.
    pub(crate) fn add(&mut self, micros: u64) {
        self.most = self.most.max(micros);
        self.buckets[bucket(micros)] += 1;
    }

    /// What this share of them stayed below, in microseconds (within 1/64); all of them: the most, exactly.
    pub(crate) fn below(&self, share: f64) -> u64 {
        if share >= 1.0 {
            return self.most;
        }
        let all: u64 = self.buckets.iter().sum();
        let mut left = (all as f64 * share) as u64;
        for (number, &count) in self.buckets.iter().enumerate() {
            if count > left {
                return upper(number);
            }
            left -= count;
        }
        self.most
    }
}

fn bucket(micros: u64) -> usize {
    let value = micros.max(64);
    let power = 63 - value.leading_zeros() as usize;
    power * 64 + ((value >> (power - 6)) & 63) as usize
}

fn upper(bucket: usize) -> u64 {
    let (power, part) = (bucket / 64, bucket % 64);
    (1 << power) + ((part as u64 + 1) << (power - 6))
}
