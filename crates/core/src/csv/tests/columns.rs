//! Headers, and what their columns are taken for.

use std::string::ToString;

use super::*;

#[test]
fn pp_020_headers_in_other_words_and_languages() {
    for (header, expected) in [
        ("name,streetAddress,postalCode,city,country", "name streetAddress postalCode city country"),
        ("Empfänger,Straße,Hausnummer,PLZ,Ort,Land", "name street number postalCode city country"),
        ("Full name,Street,ZIP,Town,Country code", "name streetAddress postalCode city country"),
        (
            "full_name,address line 1,Address Line 2,Postal Code,CITY,State/Province,Country",
            "name streetAddress extra postalCode city state country",
        ),
        ("naam,straat,huisnummer,postcode,plaats,land", "name street number postalCode city country"),
        ("First name,Last name,line1,line2,zip,city,country", "name name streetAddress extra postalCode city country"),
        (
            "First name,name,street,postalCode,city,country",
            "customFields.first_name name streetAddress postalCode city country",
        ),
        (
            "First name,x,line1,zip,city,country",
            "customFields.first_name customFields.x streetAddress postalCode city country",
        ),
        ("name,Address,House number,zip,city,country", "name street number postalCode city country"),
        ("name,streetAddress,Nr,zip,city,country", "name streetAddress customFields.Nr postalCode city country"),
        (
            "name,id,2nd line,日本,Grüße !,zip",
            "name customFields.id customFields._2nd_line customFields.column_4 customFields.gr_e postalCode",
        ),
    ] {
        let list = read(format!("{header}\nx"));
        let found: Vec<_> = members(&list).into_iter().map(|(_, member, _)| member).collect();
        assert_eq!(found.join(" "), expected, "{header}");
    }
    let list = read("name,First name,Last name\nThe Library,A,B");
    assert_eq!(list["rows"][0]["recipient"]["customFields"], json!({ "first_name": "A", "last_name": "B" }));
    let list = read("First name,Last name\nAda,Lovelace\n,Plato\n");
    assert_eq!(list["rows"][0]["recipient"]["name"], "Ada Lovelace");
    assert_eq!(list["rows"][1]["recipient"]["name"], "Plato");
}

#[test]
fn pp_020_pp_021_a_missing_column_is_reported_once_and_not_for_each_row() {
    let list = read("name,city\na,b\nc,d\n");
    let needed: Vec<_> = list["issues"].as_array().unwrap().iter().map(|issue| &issue["params"]["needed"]).collect();
    assert_eq!(needed, ["postalCode", "country", "streetAddress"]);
    assert!(issues(&list).iter().all(|issue| issue.3 == 1 && issue.0 == "missing_column"));
    let list = read("name,number,zip,city,country\nLibrary,5,2514 EA,Den Haag,NL\n");
    assert_eq!(list["issues"][0]["params"]["needed"], "street", "{list}");
    // A cell that is empty is another thing.
    let list = read(format!("{HEADER}Library,,02116, ,MA,United States\n"));
    assert_eq!(
        issues(&list),
        [
            ("missing_member", "error", "/rows/0/recipient/city", 2, 4, 64),
            ("missing_choice", "error", "/rows/0/recipient/streetAddress", 2, 2, 57),
        ]
    );
}

#[test]
fn pp_021_a_row_without_a_street_is_told_whatever_the_file_has_columns_for() {
    let list = read("name,streetAddress,number,postalCode,city,country\nBritish Library,,96,NW1 2DB,London,GB\n");
    assert_eq!(issues(&list), [("missing_member", "error", "/rows/0/recipient/street", 2, 2, 66)]);
    // Each choice of columns, said by the header and by the caller, with each choice of cells: without an error everybody
    // is taken.
    let streets = [("streetAddress", "96 Euston Road"), ("street", "Euston Road"), ("number", "96")];
    let operation = crate::operation::find("pieterpost.create_compose_link").unwrap();
    let mut passed = 0;
    for (choice, is_said) in (0..64).flat_map(|choice| [(choice, false), (choice, true)]) {
        let (mut options, mut header, mut row) = (
            Options::default(),
            String::from("name,postalCode,city,country"),
            String::from("British Library,NW1 2DB,London,GB"),
        );
        for (at, (member, value)) in streets.iter().enumerate().filter(|(at, _)| choice >> at & 1 == 1) {
            header.push_str(&if is_said { format!(",own {at}") } else { format!(",{member}") });
            row.push_str(if choice >> (at + 3) & 1 == 1 { "," } else { ",\"" });
            row.push_str(if choice >> (at + 3) & 1 == 1 { value } else { "\"" });
            options.columns.extend(is_said.then(|| (format!("own {at}"), String::from(*member))));
        }
        for mode in [Mode::Strict, Mode::Lenient] {
            let list = recipients(format!("{header}\n{row}\n").as_bytes(), Options { mode, ..options.clone() });
            let input = [b"{\"recipient\":", list.recipient(0).unwrap(), b"}"].concat();
            let is_taken = crate::prepare::validate(operation, &input, mode).ok();
            assert_eq!(list.ok(), is_taken, "{header}\n{row}");
            passed += u32::from(is_taken);
        }
    }
    assert!(passed > 20, "{passed}");
}

#[test]
fn pl_001_a_country_of_all_rows_that_is_none_is_reported_once() {
    let csv = "name,streetAddress,zip,city\nLibrary,Spui 68,2511 BT,Den Haag\nMuseum,Plein 29,2511 CS,Den Haag\n";
    let read_for =
        |country: &str, mode| read_with(csv, Options { country: String::from(country), mode, ..Options::default() });
    for (mode, severity) in [(Mode::Lenient, "warning"), (Mode::Strict, "error")] {
        let list = read_for(" Nehterlands ", mode);
        assert_eq!(issues(&list), [("unknown_country", severity, "", 1, 0, 0)], "{list}");
        assert_eq!(list["issues"][0]["message"], "country \"Nehterlands\" is not a country that is known.");
        assert_eq!(list["issues"][0]["hint"], "Did you mean Netherlands?");
        assert_eq!(list["rows"][1]["recipient"]["country"], " Nehterlands ");
        assert_eq!(codes(&read_for("nl", mode)), Vec::<&str>::new());
    }
    // A column says it for each row, and goes before.
    let csv = format!("{HEADER}Library,Spui 68,2511 BT,Den Haag,,Nehterlands\n");
    let list = read_with(csv, Options { country: String::from("nowhere"), ..Options::default() });
    assert_eq!(issues(&list), [("unknown_country", "warning", "/rows/0/recipient/country", 2, 6, 83)]);
}

#[test]
fn pfb_032_headers_are_named_once() {
    let list = read("name,,Code,Code,code\nLibrary,a,b,c,d\n");
    let found: Vec<_> = issues(&list).into_iter().filter(|issue| issue.0 != "missing_column").collect();
    assert_eq!(found, [("unnamed_column", "error", "", 1, 2, 5), ("duplicate_column", "error", "", 1, 4, 11)]);
    assert!(list["issues"].to_string().contains("Columns 3 and 4 are both called Code."));
    assert_eq!(
        list["rows"][0]["recipient"]["customFields"],
        json!({ "column_2": "a", "Code": "b", "Code_4": "c", "code": "d" }),
        "nothing is lost"
    );
}

#[test]
fn two_columns_for_one_member_are_reported_and_the_first_counts() {
    let list = read("Zip,postalCode,Postcode,name,Full name\n1,2,3,4,5\n");
    let found: Vec<_> =
        issues(&list).into_iter().filter(|issue| issue.0 == "ambiguous_column").map(|issue| issue.4).collect();
    assert_eq!(found, [1, 3, 5]);
    assert_eq!(list["rows"][0]["recipient"]["postalCode"], "2", "the exact name counts");
    assert_eq!(list["rows"][0]["recipient"]["customFields"], json!({ "Zip": "1", "Postcode": "3", "full_name": "5" }));
}

#[test]
fn what_the_caller_says_of_columns_goes() {
    let said = |columns: &[(&str, &str)]| Options {
        columns: columns.iter().map(|(header, target)| (String::from(*header), String::from(*target))).collect(),
        country: String::from("Netherlands"),
        ..Options::default()
    };
    let csv = "who,Street,No,zip,city,secret,Name\nLibrary,Main Street,5,2514 EA,Den Haag,x,Greeting\n";
    let options = said(&[
        (" who\t", "name"),
        ("Street", "streetAddress"),
        ("No", "streetAddress"),
        ("secret", ""),
        ("Name", "customFields.greeting"),
    ]);
    let list = read_with(csv, options);
    assert_eq!(
        list["rows"][0]["recipient"],
        json!({ "name": "Library", "streetAddress": "Main Street 5", "postalCode": "2514 EA", "city": "Den Haag",
                "country": "Netherlands", "customFields": { "greeting": "Greeting" } })
    );
    assert_eq!(members(&list)[5], ("secret", "", false));
    assert!(members(&list)[..3].iter().all(|(_, _, guessed)| !guessed));
    let list = read_with(csv, said(&[("Zipp", "postalCode"), ("who", "nmae")]));
    assert!(list["issues"].to_string().contains("There is no column Zipp"));
    assert!(
        list["issues"].to_string().contains("columns.who is \\\"nmae\\\", which is none of: name, streetAddress"),
        "{list}"
    );
}

#[test]
fn too_many_columns_are_one_error() {
    let list = read(format!("{}\n{}", ",x".repeat(1_000), "y\n".repeat(9)));
    assert_eq!(issues(&list), [("too_many_columns", "error", "", 1, 0, 0)]);
}
