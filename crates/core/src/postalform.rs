//! PostalForm: mail that programs order and pay for, one piece or many from a list. The vendor's documents "Machine payments
//! overview" and "Machine order workflow", read 2026-11-21; what they leave open is answered by the vendor's own OpenAPI
//! document, as captured in public on 2026-09-19, where it does not contradict them.

pub mod address;
pub mod answer;
pub mod bulk;
pub mod create_order;
pub mod create_order_mpp;
pub mod create_pdf_upload;
pub mod document;
pub mod get_form_schema;
pub mod get_openapi;
pub mod get_order;
pub mod get_order_mpp;
pub mod get_order_status;
pub mod get_x402_manifest;
pub mod list_forms;
pub mod order;
mod refusal;
pub mod search_addresses;
mod sent;
pub mod validate_order;
pub mod validate_order_mpp;

pub use self::create_order::CREATE_ORDER;
pub use self::create_order_mpp::CREATE_ORDER_MPP;
pub use self::create_pdf_upload::CREATE_PDF_UPLOAD;
pub use self::get_form_schema::GET_FORM_SCHEMA;
pub use self::get_openapi::GET_OPENAPI;
pub use self::get_order::GET_ORDER;
pub use self::get_order_mpp::GET_ORDER_MPP;
pub use self::get_order_status::GET_ORDER_STATUS;
pub use self::get_x402_manifest::GET_X402_MANIFEST;
pub use self::list_forms::LIST_FORMS;
pub use self::search_addresses::SEARCH_ADDRESSES;
pub use self::validate_order::VALIDATE_ORDER;
pub use self::validate_order_mpp::VALIDATE_ORDER_MPP;
use crate::operation::{Auth, Hosts, Provider, Quota};
use crate::prepare::IDEMPOTENCY_KEY;

/// The vendor's page.
const SOURCE: &str = "https://postalform.com/agents";

/// Where PostalForm is, and how it is spoken to.
pub static POSTALFORM: Provider = Provider {
    name: "postalform",
    // There is one host: the network of a challenge tells whether money is real (PF-094).
    hosts: Hosts { test: "https://postalform.com", live: "https://postalform.com" },
    headers: &[("accept", "application/json")],
    // No operation has one: `request_id` names an order.
    key: IDEMPOTENCY_KEY,
    // PF-002
    auth: Auth::None,
    // The vendor documents no limits, only that there is one (PF-078).
    quota: Quota { per_minute: 60, orders_per_day: u32::MAX },
    mended: sent::mended,
    meaning: refusal::meaning,
};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::header;
    use crate::operation::Operation;
    use crate::prepare::{Options, build};
    use std::string::String;

    const ORDER: &[u8] = br#"{"mail_class": "standard", "request_id": "8c1a1b58-2c8f-4f4f-9c46-2c1ac32d7a1b", "pdf": {"upload_token": "pfu_fake"},
        "buyer_name": "Agent \u004fwner", "buyer_email": "owner@example.com", "sender_name": "S", "sender_address_type": "Manual",
        "sender_address_manual": {"zip": "62701", "line1": "123 Sender St", "line2": "", "city": "Springfield", "state": "IL"},
        "recipient_name": "R", "recipient_address_id": "US|LP|1", "recipient_address_type": "Address", "recipient_address_text": "T"}"#;

    fn sent(operation: &'static Operation, input: &[u8]) -> crate::http::Request {
        build(operation, input, &Options::default()).unwrap().request
    }

    #[test]
    fn pf_001_pf_002_pfm_001_where_an_order_goes_and_with_what() {
        for (operation, path) in [
            (&VALIDATE_ORDER, "/api/machine/orders/validate"),
            (&CREATE_ORDER, "/api/machine/orders"),
            (&VALIDATE_ORDER_MPP, "/api/machine/mpp/orders/validate"),
            (&CREATE_ORDER_MPP, "/api/machine/mpp/orders"),
        ] {
            let request = sent(operation, ORDER);
            assert_eq!((request.method.as_str(), &*request.url), ("POST", &*["https://postalform.com", path].concat()));
            assert_eq!(header(&request.headers, "content-type"), Some("application/json"));
            for name in ["authorization", "idempotency-key", "payment-signature"] {
                assert_eq!(header(&request.headers, name), None, "{name}");
            }
        }
        for (operation, path) in [(&GET_ORDER, "orders/a%2Fb"), (&GET_ORDER_MPP, "mpp/orders/a%2Fb")] {
            let request = sent(operation, br#"{"id": "a/b"}"#);
            assert_eq!(request.url, ["https://postalform.com/api/machine/", path].concat());
            assert_eq!((request.method.as_str(), request.body), ("GET", None));
        }
        assert_eq!(sent(&GET_OPENAPI, b"{}").url, "https://postalform.com/openapi.json");
        assert_eq!(sent(&GET_X402_MANIFEST, b"{}").url, "https://postalform.com/.well-known/x402");
    }

    #[test]
    fn pf_003_pf_043_pf_086_the_same_order_is_the_same_bytes() {
        let first = sent(&CREATE_ORDER, ORDER).body.unwrap();
        let again = sent(&CREATE_ORDER_MPP, &first).body.unwrap();
        assert_eq!(first, again);
        let expected = concat!(
            r#"{"request_id":"8c1a1b58-2c8f-4f4f-9c46-2c1ac32d7a1b","buyer_name":"Agent Owner","buyer_email":"owner@example.com","#,
            r#""pdf":{"upload_token":"pfu_fake"},"sender_name":"S","sender_address_type":"Manual","#,
            r#""sender_address_manual":{"line1":"123 Sender St","city":"Springfield","state":"IL","zip":"62701"},"#,
            r#""recipient_name":"R","recipient_address_id":"US|LP|1","recipient_address_type":"Address","#,
            r#""recipient_address_text":"T","mail_class":"standard"}"#,
        );
        assert_eq!(String::from_utf8(first).unwrap(), expected);
    }
}
