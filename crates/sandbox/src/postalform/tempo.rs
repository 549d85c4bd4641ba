//! Transactions of Tempo, as far as a payment has to be seen in them: `0x76` and RLP.

use core::ops::Range;

use edgepost_core::payment::address::Address;
use edgepost_core::payment::{decimal, mpp};

/// `transferWithMemo(address,uint256,bytes32)`
const SELECTOR: [u8; 4] = [0x95, 0x77, 0x7d, 0x59];

/// Where a memo says which client it was: the provider takes any.
const CLIENT: Range<usize> = 15..25;

/// What a transfer has to be.
pub(super) struct Transfer<'t> {
    pub(super) chain_id: u64,
    pub(super) token: Address,
    pub(super) to: Address,
    pub(super) amount: &'t str,
    pub(super) realm: &'t str,
    pub(super) challenge_id: &'t str,
    /// Seconds since 1970.
    pub(super) now_s: u64,
}

/// Whether a transaction is exactly this transfer, signed, and in time. Whether the sender has the money nobody can tell here.
pub(super) fn pays(transaction: &[u8], transfer: &Transfer<'_>) -> bool {
    let Some(Item::List(fields)) = transaction.strip_prefix(&[0x76]).and_then(whole) else { return false };
    let Some(Item::List(calls)) = fields.get(4) else { return false };
    let [Item::List(call)] = calls.as_slice() else { return false };
    let [Item::Bytes(token), _, Item::Bytes(data)] = call.as_slice() else { return false };
    let word = |bytes: Option<[u8; 32]>| bytes.unwrap_or_default();
    let expected = [SELECTOR.as_slice(), &transfer.to.word(), &word(decimal::word(transfer.amount))].concat();
    let Some(memo) = data.strip_prefix(expected.as_slice()).and_then(|memo| <[u8; 32]>::try_from(memo).ok()) else {
        return false;
    };
    let number = |at| fields.get(at).and_then(Item::number);
    // An empty number is none: such a transaction is good for ever.
    let is_in_time = number(8).is_some_and(|until| until == 0 || until > transfer.now_s);
    let is_signed = matches!(fields.last(), Some(Item::Bytes(signature)) if signature.len() == 65);
    let is_bound = unnamed(memo) == mpp::memo(transfer.realm, transfer.challenge_id);
    number(0) == Some(transfer.chain_id) && *token == transfer.token.0 && is_bound && is_signed && is_in_time
}

/// A memo of a client that does not say which one it is.
fn unnamed(mut memo: [u8; 32]) -> [u8; 32] {
    memo.get_mut(CLIENT).into_iter().for_each(|client| client.fill(0));
    memo
}

/// A value of RLP.
enum Item<'b> {
    Bytes(&'b [u8]),
    List(Vec<Item<'b>>),
}

impl Item<'_> {
    fn number(&self) -> Option<u64> {
        let Item::Bytes(bytes) = self else { return None };
        bytes.iter().try_fold(0_u64, |value, byte| value.checked_mul(256)?.checked_add(u64::from(*byte)))
    }
}

/// One value that is all there is.
fn whole(bytes: &[u8]) -> Option<Item<'_>> {
    item(bytes, 0).filter(|(_, rest)| rest.is_empty()).map(|(item, _)| item)
}

/// No transaction is deeper.
const DEEPEST: usize = 8;

fn item(bytes: &[u8], depth: usize) -> Option<(Item<'_>, &[u8])> {
    let (first, rest) = bytes.split_first()?;
    let cut = |length: usize, rest| <[u8]>::split_at_checked(rest, length);
    let long = |digits: usize| {
        let (digits, rest) = rest.split_at_checked(digits)?;
        let length =
            digits.iter().try_fold(0_usize, |value, byte| value.checked_mul(256)?.checked_add(usize::from(*byte)))?;
        cut(length, rest)
    };
    match *first {
        0..0x80 => bytes.split_at_checked(1).map(|(own, rest)| (Item::Bytes(own), rest)),
        0x80..0xb8 => cut(usize::from(first - 0x80), rest).map(|(own, rest)| (Item::Bytes(own), rest)),
        0xb8..0xc0 => long(usize::from(first - 0xb7)).map(|(own, rest)| (Item::Bytes(own), rest)),
        0xc0..0xf8 => cut(usize::from(first - 0xc0), rest).and_then(|(own, rest)| Some((list(own, depth)?, rest))),
        0xf8.. => long(usize::from(first - 0xf7)).and_then(|(own, rest)| Some((list(own, depth)?, rest))),
    }
}

fn list(mut bytes: &[u8], depth: usize) -> Option<Item<'_>> {
    let mut items = Vec::new();
    while !bytes.is_empty() && depth < DEEPEST {
        let (next, rest) = item(bytes, depth + 1)?;
        items.push(next);
        bytes = rest;
    }
    bytes.is_empty().then_some(Item::List(items))
}

#[cfg(test)]
mod tests {
    use super::*;
    use edgepost_core::payment::unhex;

    /// Made with ox 0.14.33, for the first challenge of tests/vectors/payments/mpp.json.
    const SIGNED: &str = "0x76f9011582a5bf8085059682f000830186a0f87ef87c9420c000000000000000000000000000000000000080b86495777d59000000000000000000000000209693bc6afc0c5328ba36faf03c514ef312287c000000000000000000000000000000000000000000000000000000000033e140ef1ed712016db7b06f878f3f980c4b000000000000000000001e137a7ebf551dc0a0ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff80846b00dfc9846b00df649420c000000000000000000000000000000000000080c0b84165981ef45f05d01bdf15557c2fa0bade5e3084ae438e33bd256bb6efc88eb98441978df6f83f09bad3087b85c81ffaa1d453ca6941911747dbdfa71fdc105d9a1b";

    fn transfer<'t>(amount: &'t str, challenge_id: &'t str) -> Transfer<'t> {
        Transfer {
            chain_id: 42_431,
            token: Address::parse("0x20c0000000000000000000000000000000000000").unwrap(),
            to: Address::parse("0x209693bc6afc0c5328ba36faf03c514ef312287c").unwrap(),
            amount,
            realm: "postalform.com",
            challenge_id,
            now_s: 1_795_219_000,
        }
    }

    const ID: &str = "sRou-KRfKEFuOhcdUx5azHjKeOZIO3Tf8RFj4_i794g";

    #[test]
    fn a_transaction_pays_one_sum_for_one_challenge() {
        let signed = unhex(SIGNED).unwrap();
        assert!(pays(&signed, &transfer("3400000", ID)));
        assert!(!pays(&signed, &transfer("3400001", ID)));
        assert!(!pays(&signed, &transfer("3400000", "another")));
        assert!(!pays(&signed, &Transfer { chain_id: 4_217, ..transfer("3400000", ID) }));
        assert!(!pays(&signed, &Transfer { token: Address([0; 20]), ..transfer("3400000", ID) }));
        let until = 0x6b00_dfc9;
        assert!(pays(&signed, &Transfer { now_s: until - 1, ..transfer("3400000", ID) }));
        assert!(!pays(&signed, &Transfer { now_s: until, ..transfer("3400000", ID) }), "its time is over");
        for cut in 0..signed.len() {
            assert!(!pays(&signed[..cut], &transfer("3400000", ID)), "{cut}");
        }
        let deep = [&[0x76][..], &[0xc1; 60], &[0xc0]].concat();
        assert!(!pays(&deep, &transfer("3400000", ID)));
    }
}
