use super::*;

#[test]
fn who_ranks_too_low_reads_whom_to_ask() {
    for (rank, expected) in [
        (Rank::HalfOp, "half-op in #tea for that; ask one of its ops"),
        (Rank::Op, "op in #tea for that; ask one of its ops"),
        (
            Rank::Admin,
            "admin in #tea for that; ask one of its admins or its founder",
        ),
        (Rank::Founder, "founder in #tea for that; ask its founder"),
    ] {
        let room = RoomName::parse("#tea").unwrap();
        let told = Refusal::RankTooLow { room, rank }.to_string();
        assert_eq!(told, format!("you must be at least {expected}"));
    }
}
