//! PostalForm's sandbox: lists, PDFs and postcards, from the quote to the mail.

use edgepost_core::flow::pay::{End, Pay, Plan};
use edgepost_core::http::{Request, Response};
use edgepost_core::mcp::{Call, Step};
use edgepost_core::operation::{self, Operation};
use edgepost_core::outcome::{self, Context, Outcome};
use edgepost_core::payment::mpp::Method;
use edgepost_core::postalform::{CREATE_PDF_UPLOAD, VALIDATE_ORDER, VALIDATE_ORDER_MPP};
use edgepost_core::prepare::{Options, build, validate};
use edgepost_core::schema::Mode;
use edgepost_tests::caller::{ORIGIN, START, body};
use edgepost_tests::examples;
use edgepost_tests::payer::{plan, request_id};
use edgepost_tests::till::{Fate, Kind, MOST, Till};
use serde_json::{Value, json};

const CREATE: &str = "/api/machine/orders";
const VALIDATE: &str = "/api/machine/orders/validate";

/// The vendor's example of this name.
fn example(name: &str) -> Value {
    examples(VALIDATE_ORDER.name).into_iter().find(|(found, _)| found == name).unwrap().1.input
}

fn with(mut order: Value, path: &str, value: impl Into<Value>) -> Value {
    let (parent, name) = path.rsplit_once('/').unwrap();
    order.pointer_mut(parent).unwrap()[name] = value.into();
    order
}

fn built(operation: &'static Operation, input: &Value) -> Request {
    let options = Options { base_url: Some(format!("{ORIGIN}/postalform")), ..Options::default() };
    build(operation, input.to_string().as_bytes(), &options).map_err(|report| report.to_json()).unwrap().request
}

fn send(till: &mut Till, method: &str, path: &str, order: &Value) -> Response {
    let request = Request {
        method: method.into(),
        url: format!("{ORIGIN}/postalform{path}"),
        headers: vec![],
        body: Some(order.to_string().into_bytes()),
    };
    till.sandbox.handle(&request, till.now_ms).response.unwrap()
}

/// What is wrong with an order, at the members that are named; nothing if it is taken.
fn refused(till: &mut Till, order: &Value) -> Vec<[String; 2]> {
    let answer = send(till, "POST", VALIDATE, order);
    let told = body(&answer);
    if answer.status == 200 {
        return Vec::new();
    }
    assert_eq!((answer.status, &told["code"]), (422, &json!("invalid_request")));
    let text = |wrong: &Value, name: &str| wrong[name].as_str().unwrap().to_owned();
    told["errors"].as_array().unwrap().iter().map(|wrong| [text(wrong, "path"), text(wrong, "message")]).collect()
}

/// Pays for an order, up to 20.00.
fn pay(till: &mut Till, method: Option<Method>, order: &Value, pages: u64) -> End {
    let usual = plan(method, 1);
    let order_id = order["request_id"].as_str().unwrap().to_owned();
    let body = built(&VALIDATE_ORDER, order).body.unwrap();
    let plan = Plan { body, request_id: order_id, max_cents: 2_000, pages: Some(pages), ..usual };
    till.pay(Pay::new(plan, till.now_ms, MOST), |_, _| Fate::Answered)
}

/// Room for a PDF: where it goes, and what stands for it.
fn room(till: &mut Till) -> (String, String) {
    let mut call = Call::new(&CREATE_PDF_UPLOAD, &built(&CREATE_PDF_UPLOAD, &json!({})), None);
    let answer = loop {
        match call.step() {
            Step::Send(request) => call.answered(till.sandbox.handle(&request, till.now_ms).response),
            Step::Over(answer) => break answer,
            Step::Lost => panic!("lost"),
        }
    };
    let Outcome::Ok { value, .. } = outcome::read(&CREATE_PDF_UPLOAD, &answer, &Context::default()) else { panic!() };
    let told: Value = serde_json::from_slice(&value).unwrap();
    let text = |name: &str| told[name].as_str().unwrap().to_owned();
    (text("upload_url"), text("upload_token"))
}

/// Puts a PDF with pages of this size into a room.
fn fill(till: &mut Till, url: &str, pages: &[&str]) -> u16 {
    let kids: String = (0..pages.len()).map(|page| format!("{} 0 R ", page + 3)).collect();
    let object = |(page, size): (usize, &&str)| format!("{} 0 obj<</MediaBox[0 0 {size}]>>endobj\n", page + 3);
    let pages: String = pages.iter().enumerate().map(object).collect();
    let file = format!(
        "%PDF-1.4\n1 0 obj<</Pages 2 0 R>>endobj\n2 0 obj<</Kids[{kids}]>>endobj\n{pages}trailer<</Root 1 0 R>>"
    );
    let form = "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"letter.pdf\"\r\n\r\n";
    let request = Request {
        method: "POST".into(),
        url: url.into(),
        headers: vec![("content-type".into(), "multipart/form-data; boundary=b".into())],
        body: Some(format!("{form}{file}\r\n--b--\r\n").into_bytes()),
    };
    till.sandbox.handle(&request, till.now_ms).response.unwrap().status
}

const LETTER: &str = "612 792";

#[test]
fn pfb_008_pfb_009_a_list_is_counted_and_has_a_price_for_each_row_and_a_page() {
    let list = example("example_request_bulk");
    for (operation, method) in [(&VALIDATE_ORDER, None), (&VALIDATE_ORDER_MPP, Some(Method::Stripe))] {
        let mut till = Till::new(&json!({}));
        let csv = "line1,city,state,zip,note\r\n\"1 Beacon St\",Boston,MA,02108,\"two\r\nlines\"\r\n\r\n\
            2 Beacon St,Boston,MA,02108,x\r\n3 Beacon St,Boston,MA,02108,y";
        for (csv, count, price) in [(list["bulk"]["csv_content"].as_str().unwrap(), 2, 6.8), (csv, 3, 10.2)] {
            let order = with(with(list.clone(), "/bulk/csv_content", csv), "/bulk/template_text", "Hello");
            let request = built(operation, &order);
            let answer = till.sandbox.handle(&request, START).response.unwrap();
            let context = Context { input: request.body.as_deref(), ..Context::default() };
            let Outcome::Ok { value, issues } = outcome::read(operation, &answer, &context) else { panic!() };
            assert!(issues.is_empty(), "{issues:?}");
            let told: Value = serde_json::from_slice(&value).unwrap();
            assert_eq!(told["bulk"], json!({"recipient_count": count, "content_mode": "text"}));
            assert_eq!(told["quote"]["price_usd"], json!(price));
        }
        let end = pay(&mut till, method, &list, 1);
        assert!(matches!(&end, End::Paid(summary) if summary.is_paid), "{end:?}");
        assert_eq!(till.settled(), [680]);
        let sent = till.requests.iter().find(|request| Kind::of(request) == Kind::Create).unwrap().clone();
        let id = request_id_of(&list);
        let order = body(&send(&mut till, "GET", &format!("{CREATE}/{id}"), &json!(null)));
        let campaign = format!("https://postalform.com/campaigns/{}", order["order_id"].as_str().unwrap());
        assert_eq!(order["campaign_url"], json!(campaign));
        let asked = Till::new(&json!({})).sandbox.handle(&sent, START).response.unwrap();
        assert_eq!((asked.status, body(&asked)["campaign_url"].is_string()), (402, true));
    }
    let mut till = Till::new(&json!({}));
    let letter = body(&send(&mut till, "POST", CREATE, &example("example_request")));
    assert!(letter.get("campaign_url").is_none(), "{letter}");
}

fn request_id_of(order: &Value) -> String {
    order["request_id"].as_str().unwrap().to_owned()
}

#[test]
fn pf_083_a_list_waits_for_its_webhook_as_well() {
    let mut till = Till::new(&json!({"webhookMs": 400_000, "stepMs": 1_000}));
    let list = example("example_request_bulk");
    let mut seen = Vec::new();
    let end = pay(&mut till, None, &list, 1);
    let path = format!("{CREATE}/{}", request_id_of(&list));
    let settled_ms = till.sandbox.settlements()[0].settled_ms;
    for after_ms in [0, 399_999, 400_000, 401_000] {
        till.now_ms = settled_ms + after_ms;
        let order = body(&send(&mut till, "GET", &path, &json!(null)));
        let text = |name: &str| order[name].as_str().unwrap().to_owned();
        seen.push((text("status"), order["is_paid"].as_bool().unwrap(), text("current_step")));
    }
    let pending = ("settled_pending_webhook".to_owned(), false, "payment_processing".to_owned());
    let paid = |step: &str| ("paid".to_owned(), true, step.to_owned());
    assert_eq!(seen, [pending.clone(), pending, paid("payment_processing"), paid("email_sent")]);
    assert!(matches!(&end, End::Paid(summary) if summary.is_paid), "{end:?}");
    assert_eq!((till.settled(), till.payments()), (vec![680], 1), "who waits does not pay again");
}

#[test]
fn pf_041_pf_044_pfb_022_pfb_030_the_provider_itself_mends_nothing() {
    let list = example("example_request_bulk");
    let csv = list["bulk"]["csv_content"].as_str().unwrap();
    for (order, path) in [
        (with(list.clone(), "/bulk/csv_content", format!("\u{feff}{csv}")), "/bulk/csv_content"),
        (with(list.clone(), "/bulk/csv_content", csv.replacen("zip", " ZIP", 1)), "/bulk/csv_content"),
        (with(example("example_request"), "/file_name", Value::Null), "/file_name"),
        (
            with(example("example_request_manual_addresses"), "/sender_address_manual/line2", Value::Null),
            "/sender_address_manual/line2",
        ),
        (
            with(example("example_request_manual_addresses"), "/sender_address_manual/state", "il"),
            "/sender_address_manual/state",
        ),
    ] {
        let mut till = Till::new(&json!({}));
        let paths: Vec<String> = refused(&mut till, &order).into_iter().map(|[path, _]| path).collect();
        assert_eq!(paths, [path]);
        let mended = till.sandbox.handle(&built(&VALIDATE_ORDER, &order), START).response.unwrap();
        assert_eq!(mended.status, 200, "what the core makes of it is taken");
    }
}

#[test]
fn pf_020_pfd_016_a_token_stands_for_a_pdf_for_a_day_and_for_one_order_that_is_paid() {
    let mut till = Till::new(&json!({}));
    let order = |number: u64, token: &str| {
        let order = with(example("example_request"), "/pdf", json!({"upload_token": token}));
        let order = with(order, "/request_id", request_id(number));
        with(order, "/recipient_name", format!("Reading room {number}"))
    };
    let wrong = |why: &str| vec![["/pdf/upload_token".to_owned(), why.to_owned()]];
    let unknown = wrong("Upload token is invalid or expired.");
    assert_eq!(refused(&mut till, &order(1, "pfu_fake")), unknown);
    let (url, token) = room(&mut till);
    assert_eq!(refused(&mut till, &order(1, &token)), wrong("Nothing was uploaded for this token yet."));
    assert_eq!(fill(&mut till, &url, &[LETTER, LETTER, LETTER]), 200);
    let quote = body(&send(&mut till, "POST", VALIDATE, &order(1, &token)))["quote"].clone();
    assert_eq!((&quote["page_count"], &quote["price_usd"]), (&json!(3), &json!(3.64)), "PF-071");
    // Whoever asks what it costs has not used it.
    for number in [1, 2] {
        assert_eq!(send(&mut till, "POST", CREATE, &order(number, &token)).status, 402);
    }
    let end = pay(&mut till, None, &order(1, &token), 3);
    assert!(matches!(&end, End::Paid(summary) if summary.page_count == Some(3)), "{end:?}");
    assert_eq!(refused(&mut till, &order(2, &token)), wrong("This upload token was used for another order."));
    assert_eq!(send(&mut till, "POST", CREATE, &order(2, &token)).status, 422, "a draft of before");
    assert_eq!(refused(&mut till, &order(1, &token)), Vec::<[String; 2]>::new(), "its own order has it");
    assert_eq!(send(&mut till, "POST", CREATE, &order(1, &token)).status, 200, "and is paid already");
    assert_eq!(fill(&mut till, &url, &[LETTER]), 422, "what was paid for stays as it is");
    assert_eq!(till.settled(), [364]);

    let (url, token) = room(&mut till);
    assert_eq!(fill(&mut till, &url, &[LETTER]), 200);
    till.now_ms += 86_399_999;
    assert!(refused(&mut till, &order(3, &token)).is_empty());
    till.now_ms += 1;
    assert_eq!(refused(&mut till, &order(3, &token)), unknown);
    let (_, empty) = room(&mut till);
    till.now_ms += 900_000;
    assert_eq!(refused(&mut till, &order(3, &empty)), unknown, "a room that nobody used");
}

#[test]
fn pfb_003_pfb_005_a_list_has_a_pdf_where_no_template_is() {
    let list = example("example_request_bulk");
    let mut till = Till::new(&json!({}));
    let shared = with(list.clone(), "/pdf", json!({"upload_token": "pfu_fake"}));
    assert!(refused(&mut till, &shared).is_empty(), "it has no effect beside a template");
    let mut bulk = list["bulk"].clone();
    bulk.as_object_mut().unwrap().remove("template_text");
    bulk["content_mode"] = json!("pdf");
    let shared = with(shared, "/bulk", bulk);
    assert_eq!(refused(&mut till, &shared).len(), 1);
    let (url, token) = room(&mut till);
    assert_eq!(fill(&mut till, &url, &[LETTER, LETTER]), 200);
    let told = body(&send(&mut till, "POST", VALIDATE, &with(shared, "/pdf/upload_token", token)));
    assert_eq!(told["quote"]["page_count"], 2);
    assert_eq!((&told["quote"]["price_usd"], &told["bulk"]["recipient_count"]), (&json!(7.04), &json!(2)));
}

#[test]
fn pf_054_pf_055_pf_056_pf_058_a_postcard_is_priced_as_it_is_sent_and_has_two_pages_of_its_size() {
    let card = example("example_request_postcard");
    let mut till = Till::new(&json!({}));
    let asked = body(&send(&mut till, "POST", CREATE, &with(card.clone(), "/certified", true)));
    assert_eq!((&asked["mailpiece_type"], &asked["postcard_size"]), (&json!("postcard"), &json!("6x9")));
    let guidelines = "https://postalform.com/postcard-guidelines/us_intl_postcard_9inx6in.pdf";
    assert_eq!(asked["postcard_guidelines_url"], guidelines);
    let quoted = body(&send(&mut till, "POST", VALIDATE, &with(card.clone(), "/certified", true)));
    assert_eq!((&quoted["postcard_guidelines_url"], &quoted["quote"]["price_usd"]), (&json!(guidelines), &json!(3.4)));
    for (pages, is_taken) in [
        (vec!["666 450", "666 450"], true),
        (vec!["666 450"], false),
        (vec!["450 306", "450 306"], false),
        (vec![LETTER, LETTER], false),
    ] {
        let (url, token) = room(&mut till);
        assert_eq!(fill(&mut till, &url, &pages), 200);
        let order = with(card.clone(), "/pdf", json!({"upload_token": token}));
        let order = with(order, "/request_id", request_id(7));
        assert_eq!(refused(&mut till, &order).is_empty(), is_taken, "{pages:?}");
    }
}

#[test]
fn pf_087_the_same_letter_a_second_time_is_another_order() {
    let mut till = Till::new(&json!({}));
    let letter = example("example_request");
    for (number, settled) in [(1, 1), (1, 1), (2, 2)] {
        let end = pay(&mut till, None, &with(letter.clone(), "/request_id", request_id(number)), 1);
        assert!(matches!(&end, End::Paid(summary) if summary.request_id == request_id(number)), "{end:?}");
        assert_eq!(till.settled(), vec![340; settled], "order {number}");
        (till.journal, till.now_ms) = (None, till.now_ms + MOST);
    }
}

/// Each example of the vendor's documents, by its heading; "Example manual address object" is part of a vector of faults.
const EXAMPLES: [(&str, &[&str]); 10] = [
    ("Example search", &["postalform.search_addresses"]),
    ("Example drill-down (Container -> Address)", &["postalform.search_addresses"]),
    ("Example request", &ORDERING),
    ("Example request (manual addresses)", &ORDERING),
    ("Example request (postcard)", &ORDERING),
    ("Example request (bulk mailing with merge fields)", &ORDERING),
    ("Example: Tempo with mppx", &["postalform.validate_order_mpp", "postalform.create_order_mpp"]),
    ("Track fulfillment", &["postalform.get_order", "postalform.get_order_mpp"]),
    (
        "Tools for agents",
        &[
            "postalform.create_pdf_upload",
            "postalform.get_order_status",
            "postalform.list_forms",
            "postalform.get_form_schema",
        ],
    ),
    ("Discovery", &["postalform.get_openapi", "postalform.get_x402_manifest"]),
];
const ORDERING: [&str; 2] = ["postalform.validate_order", "postalform.create_order"];

#[test]
fn every_example_of_the_vendors_is_taken_once_it_is_mended_and_says_how_it_was() {
    for (heading, operations) in EXAMPLES {
        for name in operations {
            let (_, found) = examples(name).into_iter().find(|(_, found)| found.example == heading).unwrap();
            let report = validate(operation::find(name).unwrap(), found.input.to_string().as_bytes(), Mode::Strict);
            assert!(report.ok(), "{name}: {}", report.to_json());
            let (input, repaired) = (found.input.to_string(), found.repaired.unwrap_or_default());
            // The two faults that the vendor's samples are known to have.
            assert!(!input.contains("protected]") && !input.contains(r#""line2":"""#), "{input}");
            assert_eq!(input.contains("owner@example.com"), repaired.contains("the buyer's address"), "{heading}");
            assert_eq!(heading.contains("manual"), repaired.contains("\"line2\": \"\""), "{heading}");
        }
    }
}
