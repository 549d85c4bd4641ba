//! `POST /v1/uploads`

use edgepost_core::digest;
use edgepost_core::file::{FileType, Measured};
use edgepost_core::http::header;
use edgepost_core::pieterpost::upload_asset::{KINDS, LARGEST_FILE};
use edgepost_core::pieterpost::{PIETERPOST, UPLOAD_ASSET};

use super::asset::{Asset, Kind, LARGEST_KEPT, PATH};
use super::key::Caller;
use super::{PieterPost, admitted, refusal};
use crate::answer::{Answer, Refusal, error, json};
use crate::multipart::{self, Part};
use crate::route::{Call, Endpoint};

pub(super) static ENDPOINT: Endpoint = Endpoint {
    operation: &UPLOAD_ASSET,
    run: |sandbox, call| admitted(sandbox, call, upload),
    refusals: &[&refusal::COMMON, &refusal::INVALID],
    refuse: error,
};

/// PP-005: an idempotency key has no meaning here. What is sent twice is there twice.
fn upload(provider: &mut PieterPost, caller: &Caller, call: &Call<'_>) -> Result<Answer, Refusal> {
    let content_type = header(&call.request.headers, "content-type").unwrap_or_default();
    let parts = multipart::parse(content_type, call.body()).map_err(|why| refuse(why.to_owned()))?;
    let kind = kind(&parts)?;
    let (original_name, file) = file(&parts)?;
    let file_type = file_type(kind, file)?;
    let id = provider.ids.id("asset_");
    // As in the vendor's examples: a public picture is not called by the name that it came with (PP-154).
    let is_public = kind == Kind::PostcardImage;
    let asset = Asset {
        account: caller.account.clone(),
        kind,
        content_type: file_type.media_type(),
        name: if is_public { format!("{id}.{}", extension(file_type)) } else { original_name.to_owned() },
        original_name: original_name.to_owned(),
        public_url: is_public.then(|| format!("{}/{}{}", call.origin, PIETERPOST.name, PATH.replace("{assetId}", &id))),
        size: file.len(),
        digest: digest::field(file),
        bytes: (is_public && file.len() <= LARGEST_KEPT).then(|| file.to_vec()),
        id,
    };
    let response = json(201, &asset.view());
    provider.assets.push(asset);
    Ok(Answer { response, outcome: "created" })
}

/// PP-150, PP-155.
fn kind(parts: &[Part<'_>]) -> Result<Kind, Refusal> {
    let kinds = KINDS.join(", ");
    let sent =
        field(parts, "kind")?.ok_or_else(|| refuse(format!("The field kind is missing. It is one of: {kinds}.")))?;
    let sent = String::from_utf8_lossy(sent.value);
    Kind::find(&sent).ok_or_else(|| refuse(format!("The kind is one of: {kinds}. It is not {:?}.", short(&sent))))
}

/// The file's name and the file (PP-150, PP-152, PP-155).
fn file<'p>(parts: &'p [Part<'_>]) -> Result<(&'p str, &'p [u8]), Refusal> {
    let part = field(parts, "file")?.ok_or_else(|| refuse("The field file is missing.".to_owned()))?;
    let name = part.file_name.as_deref().filter(|name| !name.trim().is_empty());
    let name = name.ok_or_else(|| refuse("The field file has to be a file, with a file name.".to_owned()))?;
    match part.value.len() {
        0 => Err(refuse(format!("The file {:?} is empty.", short(name)))),
        size if size as i64 > LARGEST_FILE => {
            Err(refuse(format!("The file has {size} bytes. At most 50 MB ({LARGEST_FILE} bytes) are taken.")))
        }
        _ => Ok((name, part.value)),
    }
}

/// The only field of this name.
fn field<'p, 'b>(parts: &'p [Part<'b>], name: &str) -> Result<Option<&'p Part<'b>>, Refusal> {
    let mut named = parts.iter().filter(|part| part.name == name);
    let field = named.next();
    if named.next().is_some() {
        return Err(refuse(format!("The field {name} is there twice. One file is uploaded at a time.")));
    }
    Ok(field)
}

/// What the file is, if the kind takes it: its first bytes say so, not its name (PP-065, PP-151, PP-153).
fn file_type(kind: Kind, file: &[u8]) -> Result<FileType, Refusal> {
    let found = FileType::sniff(file);
    let Some(file_type) = found.filter(|found| kind.takes().contains(found)) else {
        let takes: Vec<&str> = kind.takes().iter().map(|taken| taken.media_type()).collect();
        let is = found.map_or("something else", FileType::media_type);
        return Err(refuse(format!(
            "A {} is one of: {}. By its first bytes the file is {is}.",
            kind.name(),
            takes.join(", ")
        )));
    };
    if kind == Kind::PostcardImage {
        match file_type.measure(file) {
            Measured::Dimensions { width, height } if width == height => {}
            Measured::Dimensions { width, height } => {
                return Err(refuse(format!(
                    "A postcard-image has to be square. This one is {width} by {height} pixels."
                )));
            }
            Measured::NeedMore { .. } | Measured::Unreadable => {
                return Err(refuse(
                    "A postcard-image has to be square. How large this one is cannot be read.".to_owned(),
                ));
            }
        }
    }
    Ok(file_type)
}

const fn extension(file_type: FileType) -> &'static str {
    match file_type {
        FileType::Png => "png",
        FileType::Jpeg => "jpg",
        FileType::Pdf => "pdf",
    }
}

/// Enough of a text to recognise it.
fn short(text: &str) -> String {
    text.chars().take(60).collect()
}

fn refuse(sentence: String) -> Refusal {
    refusal::INVALID_REQUEST.saying(sentence)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::{ORIGIN, Scenario, code, form, jpeg, png, read};
    use serde_json::{Value, json};

    const PDF: &[u8] = b"%PDF-1.7\n";

    #[test]
    fn pp_151_pp_154_every_kind_with_every_type_of_file() {
        let [png, jpeg, gif] = [png(600, 600), jpeg(600, 600), b"GIF89a".to_vec()];
        for (kind, takes) in
            [("postcard-image", "png jpg"), ("letter-attachment", "png jpg pdf"), ("letter-stamp-image", "png jpg")]
        {
            for (extension, content_type, file) in [
                ("png", "image/png", png.as_slice()),
                ("jpg", "image/jpeg", &jpeg),
                ("pdf", "application/pdf", PDF),
                ("gif", "image/gif", &gif),
            ] {
                let mut scenario = Scenario::new();
                // The name lies; nobody asks it.
                let answer = scenario.upload(kind, "front.bin", file);
                if !takes.contains(extension) {
                    assert_eq!(code(&answer), (400, "invalid_request".into()), "{kind} {extension}");
                    let says = read(&answer)["error"].as_str().unwrap().to_owned();
                    assert!(says.contains("image/png, image/jpeg"), "{says}");
                    assert_eq!(scenario.state()["pieterpost"]["assets"], json!([]));
                    continue;
                }
                assert_eq!(answer.status, 201, "{kind} {extension}");
                let asset = read(&answer);
                let id = asset["assetId"].as_str().unwrap().to_owned();
                let is_public = kind == "postcard-image";
                let expected = json!({
                    "assetId": id,
                    "contentType": content_type,
                    "kind": kind,
                    "name": if is_public { format!("{id}.{extension}") } else { "front.bin".into() },
                    "originalName": "front.bin",
                    "publicUrl": is_public.then(|| format!("{ORIGIN}/pieterpost/api/public-assets/{id}")),
                    "size": file.len(),
                });
                assert_eq!(asset, expected);
                let kept = &scenario.state()["pieterpost"]["assets"][0];
                assert_eq!((&kept["asset"], &kept["account"]), (&expected, &json!("acct_sandbox")));
                assert_eq!(kept["digest"], digest::field(file));
            }
        }
    }

    #[test]
    fn pp_065_pp_153_a_postcards_front_is_square_and_other_pictures_need_not_be() {
        let mut scenario = Scenario::new();
        let cut = png(600, 600).get(..20).unwrap().to_vec();
        for (picture, says) in [
            (png(600, 600), None),
            (jpeg(600, 600), None),
            (png(600, 601), Some("600 by 601")),
            (jpeg(1_000, 999), Some("1000 by 999")),
            (png(0, 0), Some("cannot be read")),
            (cut, Some("cannot be read")),
        ] {
            let answer = scenario.upload("postcard-image", "front", &picture);
            assert_eq!(answer.status, if says.is_some() { 400 } else { 201 });
            if let Some(says) = says {
                let error = read(&answer)["error"].as_str().unwrap().to_owned();
                assert!(error.contains("square") && error.contains(says), "{error}");
            }
            assert_eq!(scenario.upload("letter-stamp-image", "stamp", &picture).status, 201);
        }
    }

    #[test]
    fn pp_150_pp_155_what_is_missing_empty_or_unknown_is_said() {
        let file = ("file", Some("a.pdf"), PDF);
        let kind = ("kind", None, &b"letter-attachment"[..]);
        for (fields, says) in [
            (
                vec![file],
                "The field kind is missing. It is one of: postcard-image, letter-attachment, letter-stamp-image.",
            ),
            (vec![("kind", None, &b"letter"[..]), file], "not \"letter\""),
            (vec![("kind", None, &b"\xff\"\n"[..]), file], "It is not"),
            (vec![kind], "The field file is missing."),
            (vec![kind, ("file", None, PDF)], "has to be a file"),
            (vec![kind, ("file", Some(" "), PDF)], "has to be a file"),
            (vec![kind, ("file", Some("a.pdf"), b"")], "\"a.pdf\" is empty"),
            (vec![kind, file, file], "twice"),
            (vec![kind, kind, file], "twice"),
        ] {
            let mut scenario = Scenario::new();
            let answer = scenario.send_form(&form(&fields));
            assert_eq!(code(&answer), (400, "invalid_request".into()), "{says}");
            let error = read(&answer)["error"].as_str().unwrap().to_owned();
            assert!(error.contains(says), "{error}");
        }
    }

    #[test]
    fn pp_003_pp_150_an_upload_is_a_form() {
        let mut scenario = Scenario::new();
        let answer = scenario.post("/v1/uploads", &json!({"kind": "letter-attachment", "file": "a.pdf"}));
        assert_eq!(code(&answer), (400, "invalid_request".into()));
        assert_eq!(read(&answer)["error"], "Send the file as multipart/form-data.");
        let answer = scenario.send_form(b"--b\r\nContent-Disposition: form-data");
        assert_eq!(code(&answer), (400, "invalid_request".into()), "{}", read(&answer));
    }

    #[test]
    fn pp_152_fifty_megabytes_and_no_more() {
        let mut scenario = Scenario::new();
        let mut file = PDF.to_vec();
        file.resize(LARGEST_FILE as usize + 1, b' ');
        let answer = scenario.upload("letter-attachment", "a.pdf", &file);
        assert_eq!(code(&answer), (400, "invalid_request".into()));
        let error = read(&answer)["error"].as_str().unwrap().to_owned();
        assert!(error.contains("52428801 bytes") && error.contains("50 MB"), "{error}");
        file.pop();
        let answer = scenario.upload("letter-attachment", "a.pdf", &file);
        assert_eq!((answer.status, &read(&answer)["size"]), (201, &json!(LARGEST_FILE)));
    }

    #[test]
    fn pp_005_an_upload_that_is_repeated_is_another_asset() {
        let mut scenario = Scenario::new();
        scenario.header("idempotency-key", "once");
        let ids: Vec<Value> =
            (0..2).map(|_| read(&scenario.upload("letter-attachment", "a.pdf", PDF))["assetId"].clone()).collect();
        assert_ne!(ids.first(), ids.last());
        assert_eq!(scenario.state()["requests"]["pieterpost.upload_asset"]["outcomes"], json!({"created": 2}));
    }
}
