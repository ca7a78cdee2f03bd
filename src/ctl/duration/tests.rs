use super::human;

#[test]
fn two_units_are_enough_for_a_person() {
    let shown = [0, 59, 60, 192, 3_599, 3_600, 7_500, 86_399, 86_400, 273_600].map(human);
    assert_eq!(
        shown,
        [
            "0s", "59s", "1m00s", "3m12s", "59m59s", "1h00m", "2h05m", "23h59m", "1d00h", "3d04h"
        ]
    );
}
