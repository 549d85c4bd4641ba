//! Made by scripts/places.py: do not edit. Facts from Google's address metadata (CC-BY 4.0, see NOTICE).
//!
//! Countries are numbered in the order of their codes.

/// The countries whose addresses need a state, by number.
#[rustfmt::skip]
pub(super) static NEEDS_STATE: [u32; 8] = [0x80002804, 0x00070040, 0x80000210, 0x15054a22, 0x20208000, 0x82018200, 0x00044000, 0x00028620];

/// The codes of two letters, sorted.
#[rustfmt::skip]
pub(super) static CODES: &str = "ACADAEAFAGAIALAMAOAQARASATAUAWAXAZBABBBDBEBFBGBHBIBJBLBMBNBOBQBRBSBTBVBWBYBZCACCCDCFCGCHCICKCLCMCNCOCRCUCVCWCXCYCZDEDJDKDMDODZECEEEGEHERESETFIFJFKFMFOFRGAGBGDGEGFGGGHGIGLGMGNGPGQGRGSGTGUGWGYHKHMHNHRHTHUIDIEILIMINIOIQIRISITJEJMJOJPKEKGKHKIKMKNKPKRKWKYKZLALBLCLILKLRLSLTLULVLYMAMCMDMEMFMGMHMKMLMMMNMOMPMQMRMSMTMUMVMWMXMYMZNANCNENFNGNINLNONPNRNUNZOMPAPEPFPGPHPKPLPMPNPRPSPTPWPYQARERORSRURWSASBSCSDSESGSHSISJSKSLSMSNSOSRSSSTSVSXSYSZTATCTDTFTGTHTJTKTLTMTNTOTRTTTVTWTZUAUGUMUSUYUZVAVCVEVGVIVNVUWFWSXKYEYTZAZMZW";

/// What makes three letters of two: small at their end, capital between them, a dot for neither.
#[rustfmt::skip]
pub(super) static THIRD: &str = "SNRgTabRG.gmUsB.e.RGlarrD.muRl.aHnta.LnkOAOevOHrHlibPUrpeuiNamau.ySiphniLSRabrRoUyabRbILNc.mm.Ugddvinn..ndtRnlayArnnzmr.a.Ot.AonaeaBouxaBroaNADldirg.NTtrLsDiEsOmlrkacdrluIlnnrYNlAO.CieRLRtuu.sauLYnWpn.mVerEmUdpLmrWaaC.oaklsKUnUoUna.aiaRbttnbrmtLmxm.fbe";

/// Codes of two letters and of three, where the latter do not hold the former.
#[rustfmt::skip]
pub(super) static OTHERS: &str = "AQATAAXALABABIHBJBENBQBESBYBLREEESTGSSGSGWGNBIEIRLILISRKMCOMKPPRKKYCYMMOMACPMSPMRSSRBSISVNTFATFUAUKRYTMYT";

/// Which line of patterns.txt is a country's, counted from #.
#[rustfmt::skip]
pub(super) static PATTERN_OF: &str = "#$%&%'&(%%)*&&%+&,-&&%&.%%/01%%2%,%%3%45%%%&%%6%337,&%8&9,%&%,,3,,,%,&,%:;<,%=%&>?%@A%</%9B,C&%%&,,&&,DEF3G,H<,I%,J,3K%%%%,,L3,M%N,&<,&O%,P&Q/<R&%,,%ST%%UV,%,,&,W&X3,Y&,%%&Z%[\\<&,]^_`%ab&%c3K3%,%%,93d&&9%e,f%%%g%%hij%%%,3%%3&%,%%kl,%mn,3op&qrK%s%t%u&,%";

/// Which line of forms.txt is a country's, counted from #.
#[rustfmt::skip]
pub(super) static FORM_OF: &str = "#$%#&#$'(()*+,(+$$-#+($#(./##.(01#(('(23(((4(('(56789(3$++(+($$:;8$(<$+(=*$+(>($/=(?+(@/(+=$A$(B3C$$DEF#=G=3H$<=I#J#$#K.1LM$NO$#(+#$#;+P($$$$/$*$(#8Q*/.(R:#(ST'#/$3UV+W#X(Y$Z[\\]^_+/=A(+*$./`$a.#(bcWd=$W+(e$fg((h(ij#=(((k$(($$(l(mn$o(pqrr$#st*8(/($(/Y$(";

/// Countries whose states have all postal codes in use.
#[rustfmt::skip]
pub(super) static COMPLETE: &str = "CAESUS";

/// Countries some of whose codes begin with 0.
#[rustfmt::skip]
pub(super) static LOSES_ZERO: &str = "AFAMARAUAZBRCODEDKDZECEEEGESFIFRGEGNGTHNITJPKEKHKRKZLALKLTMKMXMYNONZPEPLPRROSGSKTRUAUSVAVIZA";
