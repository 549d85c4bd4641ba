//! Currencies: the codes of ISO 4217 that money is counted in.

/// The codes, by how many decimals the currency itself has; those of the first line have two.
const CODES: [&str; 3] = [
    "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CNY COP CRC CUP CVE \
     CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD \
     KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR \
     PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD UYU \
     UZS VED VES WST XCD XCG YER ZAR ZMW ZWG",
    "BHD IQD JOD KWD LYD OMR TND",
    "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF",
];

/// Whether it is the code of a currency.
pub(super) fn is_known(code: &str) -> bool {
    CODES.iter().any(|codes| has(codes, code))
}

/// How many decimals a currency itself has.
pub fn decimals(code: &str) -> Option<u32> {
    [2, 3, 0].into_iter().zip(CODES).find(|(_, codes)| has(codes, code)).map(|(decimals, _)| decimals)
}

fn has(codes: &str, code: &str) -> bool {
    code.len() == 3 && codes.as_bytes().chunks(4).any(|known| known.starts_with(code.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn po_017_currencies_are_three_capital_letters() {
        for (code, decimals) in
            [("AED", Some(2)), ("KWD", Some(3)), ("OMR", Some(3)), ("JPY", Some(0)), ("ZWG", Some(2))]
        {
            assert_eq!((is_known(code), super::decimals(code)), (true, decimals), "{code}");
        }
        for bad in ["aed", "AE", "", "AED ", "XXX", "ED ", "D A"] {
            assert!(!is_known(bad) && decimals(bad).is_none(), "{bad}");
        }
    }
}
