//! Currencies: the codes of ISO 4217 that money is counted in.

/// The codes in pieces of two characters. Behind a blank stands how many decimals the currencies from here on have of their
/// own, or with which letter their codes begin: ` AEDFN` is AED and AFN.
const CODES: &[u8] = b"\x202 AEDFNLLMDNGOARSUDWGZN BAMBDDTGNMDNDOBRLSDTNWPYNZD CADDFHFNYOPRCUPVEZK DKKOPZD EGPRNTBUR FJDKP GBPELHSIPMDTQYD \
    HKDNLTGUF IDRLSNRRR JMD KESGSHRPWYDZT LAKBPKRRDSL MADDLGAKDMKNTOPRUURVRWKXNYRZN NADGNIOOKPRZD PABENGKHPKRLN QAR \
    RONSDUB SARBDCRDGEKGDHPLEOSRDSPTNVCYPZL THBJSMTOPRYTDWDZS UAHSDYUZS VEDES WST XCDCG YER ZARMWWG 3 BHD IQD JOD \
    KWD LYD OMR TND 0 BIF CLP DJF GNF ISK JPY KMFRW PYG RWF UGX VNDUV XAFOFPF";

/// The code that is meant, whatever its case, and how many decimals the currency itself has.
#[inline(never)]
pub(super) fn find(written: &str) -> Option<([u8; 3], u8)> {
    let code = <[u8; 3]>::try_from(written.as_bytes()).ok()?.map(|byte| byte.to_ascii_uppercase());
    let (mut decimals, mut initial) = (0, 0);
    for piece in CODES.chunks(2) {
        match *piece {
            [b' ', digit @ b'0'..=b'9'] => decimals = digit - b'0',
            [b' ', letter] => initial = letter,
            [second, third] if code == [initial, second, third] => return Some((code, decimals)),
            _ => {}
        }
    }
    None
}

/// How many decimals the currency of this code itself has.
pub fn decimals(code: &str) -> Option<u8> {
    find(code).filter(|(own, _)| own == code.as_bytes()).map(|(_, decimals)| decimals)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn po_017_currencies_are_three_capital_letters() {
        for (code, decimals) in
            [("AED", Some(2)), ("KWD", Some(3)), ("OMR", Some(3)), ("JPY", Some(0)), ("ZWG", Some(2))]
        {
            assert_eq!(super::decimals(code), decimals, "{code}");
        }
        for bad in ["aed", "AE", "", "AED ", "XXX", "ED ", "D A"] {
            assert_eq!(decimals(bad), None, "{bad}");
        }
    }
}
