//! The checksum of a row: CRC-32 (ISO-HDLC, as in zlib) over its fields, so that a bit that flips on the disk is noticed. Touches no
//! disk. It keeps nobody from changing a row on purpose.

/// One entry for each value of a byte.
const TABLE: [u32; 256] = table();

const fn table() -> [u32; 256] {
    let mut table = [0; 256];
    let mut byte = 0_u32;
    while byte < 256 {
        let mut value = byte;
        let mut bit = 0;
        while bit < 8 {
            value = if value & 1 == 1 {
                0xEDB8_8320 ^ (value >> 1)
            } else {
                value >> 1
            };
            bit += 1;
        }
        table[byte as usize] = value;
        byte += 1;
    }
    table
}

/// A checksum that grows field by field. Each field is told apart from its neighbours, and none from an empty one.
pub(super) struct Sum(u32);

impl Sum {
    /// Of nothing.
    pub(super) fn new() -> Sum {
        Sum(!0)
    }

    fn bytes(&mut self, bytes: &[u8]) {
        for byte in bytes {
            let index = (self.0 ^ u32::from(*byte)) & 0xFF;
            self.0 = TABLE[index as usize] ^ (self.0 >> 8);
        }
    }

    /// And a number.
    pub(super) fn number(&mut self, number: i64) {
        self.bytes(&number.to_be_bytes());
    }

    /// And some bytes, or none.
    pub(super) fn field(&mut self, bytes: Option<&[u8]>) {
        let length = bytes.map_or(-1, |bytes| i64::try_from(bytes.len()).unwrap_or(i64::MAX));
        self.number(length);
        self.bytes(bytes.unwrap_or_default());
    }

    /// And a text, or none.
    pub(super) fn text(&mut self, text: Option<&str>) {
        self.field(text.map(str::as_bytes));
    }

    /// All of it.
    pub(super) fn done(self) -> u32 {
        !self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_the_sum_that_everybody_knows() {
        let mut sum = Sum::new();
        sum.bytes(b"123456789");
        assert_eq!(sum.done(), 0xCBF4_3926);
    }

    #[test]
    fn fields_do_not_run_into_each_other() {
        let of = |fields: &[Option<&str>]| {
            let mut sum = Sum::new();
            fields.iter().for_each(|field| sum.text(*field));
            sum.done()
        };
        assert_ne!(of(&[Some("ab"), Some("c")]), of(&[Some("a"), Some("bc")]));
        assert_ne!(of(&[Some("")]), of(&[None]));
    }
}
