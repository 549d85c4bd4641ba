//! Assets: what was uploaded for orders to come.

use edgepost_core::file::FileType;
use edgepost_core::http::Response;
use edgepost_core::read::TextAt;
use serde::Serialize;

use super::key::Caller;
use super::refusal;
use crate::Sandbox;
use crate::answer::{Refusal, error, header};
use crate::route::Call;

/// Where the picture of a postcard is, as in the vendor's example.
pub(super) const PATH: &str = "/api/public-assets/{assetId}";

/// A picture that is larger, in bytes, is not kept: the sandbox lives in memory.
pub(super) const LARGEST_KEPT: usize = 1_048_576;

const NO_PICTURE: Refusal =
    Refusal::new(404, "not_found", "There is no such picture, or it was too large for the sandbox to keep.");

/// What an asset is for (PP-150).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Kind {
    PostcardImage,
    LetterAttachment,
    LetterStampImage,
}

/// The assets of the vendor's examples: an order that is copied from there finds them, in every account.
static EXAMPLES: [(&str, Kind); 4] = [
    ("asset_123", Kind::PostcardImage),
    ("asset_postcard_front_123", Kind::PostcardImage),
    ("asset_letter_pdf_123", Kind::LetterAttachment),
    ("asset_stamp_123", Kind::LetterStampImage),
];

impl Kind {
    /// The kind of this name.
    pub(super) fn find(name: &str) -> Option<Self> {
        [Kind::PostcardImage, Kind::LetterAttachment, Kind::LetterStampImage]
            .into_iter()
            .find(|kind| kind.name() == name)
    }

    pub(super) const fn name(self) -> &'static str {
        match self {
            Kind::PostcardImage => "postcard-image",
            Kind::LetterAttachment => "letter-attachment",
            Kind::LetterStampImage => "letter-stamp-image",
        }
    }

    /// The types of file that it takes (PP-151).
    pub(super) const fn takes(self) -> &'static [FileType] {
        match self {
            Kind::PostcardImage | Kind::LetterStampImage => &[FileType::Png, FileType::Jpeg],
            Kind::LetterAttachment => &[FileType::Pdf, FileType::Png, FileType::Jpeg],
        }
    }
}

/// Something that was uploaded.
pub(super) struct Asset {
    pub(super) account: String,
    pub(super) id: String,
    pub(super) kind: Kind,
    pub(super) content_type: &'static str,
    pub(super) name: String,
    pub(super) original_name: String,
    pub(super) public_url: Option<String>,
    pub(super) size: usize,
    /// Of the file.
    pub(super) digest: String,
    /// The file itself, if it is small and somebody may ask for it.
    pub(super) bytes: Option<Vec<u8>>,
}

/// An asset as it is answered, in the vendor's order (PP-154).
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct AssetView<'a> {
    asset_id: &'a str,
    content_type: &'static str,
    kind: Kind,
    name: &'a str,
    original_name: &'a str,
    public_url: Option<&'a str>,
    size: usize,
}

/// An asset as the control plane shows it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct AssetState<'a> {
    account: &'a str,
    digest: &'a str,
    asset: AssetView<'a>,
}

impl Asset {
    pub(super) fn view(&self) -> AssetView<'_> {
        AssetView {
            asset_id: &self.id,
            content_type: self.content_type,
            kind: self.kind,
            name: &self.name,
            original_name: &self.original_name,
            public_url: self.public_url.as_deref(),
            size: self.size,
        }
    }

    pub(super) fn state(&self) -> AssetState<'_> {
        AssetState { account: &self.account, digest: &self.digest, asset: self.view() }
    }
}

/// Refuses assets that the account does not have, and those that were uploaded for something else (PP-066).
pub(super) fn check(assets: &[Asset], caller: &Caller, named: &[(Kind, TextAt<'_>)]) -> Result<(), Refusal> {
    for (wanted, id) in named {
        let (id, path) = (id.value(), id.place().path());
        let own = assets.iter().find(|asset| asset.account == caller.account && asset.id == id);
        let example = EXAMPLES.iter().find(|(known, _)| *known == id);
        let wrong = match own.map(|asset| asset.kind).or(example.map(|(_, kind)| *kind)) {
            Some(kind) if kind == *wanted => continue,
            Some(kind) => format!("The asset {id} is a {}, and a {} is needed ({path}).", kind.name(), wanted.name()),
            None => format!("There is no asset {id}: upload it first ({path})."),
        };
        return Err(refusal::INVALID_REQUEST.saying(wrong));
    }
    Ok(())
}

/// `GET` of a postcard's picture, for whoever knows its address.
pub(super) fn show(sandbox: &mut Sandbox, call: &Call<'_>) -> Response {
    let asset = sandbox.pieterpost.assets.iter().find(|asset| asset.id == call.piece());
    let Some((asset, bytes)) = asset.and_then(|asset| Some((asset, asset.bytes.as_ref()?))) else {
        return error(&NO_PICTURE);
    };
    let headers = vec![
        header("content-type", asset.content_type),
        header("cache-control", "no-store"),
        header("content-security-policy", "default-src 'none'"),
        header("x-content-type-options", "nosniff"),
    ];
    Response { status: 200, headers, body: bytes.clone() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pieterpost::OTHER_ACCOUNT_KEY;
    use crate::scenario::{Scenario, code, letter, png, postcard, read};
    use edgepost_core::http;
    use edgepost_core::pieterpost::upload_asset::KINDS;
    use serde_json::json;

    #[test]
    fn pp_150_the_kinds_are_the_vendors() {
        let named: Vec<&str> = KINDS.iter().filter_map(|name| Kind::find(name)).map(Kind::name).collect();
        assert_eq!(named, KINDS);
        assert!(Kind::find("letter-image").is_none());
        for kind in named {
            assert_eq!(json!(Kind::find(kind)), json!(kind), "as it is answered");
        }
    }

    #[test]
    fn pp_043_pp_044_pp_063_pp_066_an_order_names_assets_of_the_right_kind() {
        let mut scenario = Scenario::new();
        let [front, attachment, stamp] = KINDS else { panic!("{KINDS:?}") };
        let mut ids = Vec::new();
        for kind in [front, attachment, stamp] {
            let asset = scenario.upload(kind, "a.png", &png(8, 8));
            ids.push(read(&asset)["assetId"].as_str().unwrap().to_owned());
        }
        for (at, right) in [("frontImageAssetId", 0), ("attachments", 1), ("stampImageAssetId", 2)] {
            for (index, id) in ids.iter().map(String::as_str).chain(["asset_unknown"]).enumerate() {
                let mut order = if at == "frontImageAssetId" { postcard() } else { letter() };
                match at {
                    "frontImageAssetId" => order["postcard"][at] = json!(id),
                    "attachments" => order["letters"][0][at] = json!(["asset_letter_pdf_123", id]),
                    _ => order[at] = json!(id),
                }
                for path in ["/v1/checkout-links", "/v1/orders"] {
                    if path == "/v1/orders" {
                        order.as_object_mut().unwrap().remove("returnUrl");
                    }
                    let answer = scenario.post(path, &order);
                    if index == right {
                        // A direct order passes this check and fails at the next.
                        assert_eq!(code(&answer).1, if path == "/v1/orders" { "insufficient_credits" } else { "" });
                        continue;
                    }
                    assert_eq!(code(&answer), (400, "invalid_request".into()), "{at} {id}");
                    let says = read(&answer)["error"].as_str().unwrap().to_owned();
                    assert!(says.contains(id) && says.contains(at), "{says}");
                    assert_eq!(says.contains("upload it first"), id == "asset_unknown", "{says}");
                }
            }
        }
    }

    #[test]
    fn pp_066_an_asset_belongs_to_its_account_and_the_examples_to_all() {
        let mut scenario = Scenario::new();
        let uploaded = read(&scenario.upload("letter-stamp-image", "a.png", &png(8, 8)));
        let mut own = letter();
        own["stampImageAssetId"] = uploaded["assetId"].clone();
        assert_eq!(scenario.create(&own).status, 201);
        assert_eq!(code(&scenario.key(OTHER_ACCOUNT_KEY).create(&own)), (400, "invalid_request".into()));
        own["stampImageAssetId"] = json!("asset_stamp_123");
        assert_eq!(scenario.create(&own).status, 201);
    }

    #[test]
    fn pp_154_a_postcards_picture_is_where_its_address_says() {
        let mut scenario = Scenario::new();
        let picture = png(8, 8);
        let asset = read(&scenario.upload("postcard-image", "front.png", &picture));
        let path = asset["publicUrl"].as_str().unwrap().strip_prefix(crate::scenario::ORIGIN).unwrap().to_owned();
        let shown = scenario.send("GET", &path, b"");
        assert_eq!((shown.status, &shown.body), (200, &picture));
        assert_eq!(http::header(&shown.headers, "content-type"), Some("image/png"));
        let mut large = picture;
        large.resize(LARGEST_KEPT + 1, 0);
        let asset = read(&scenario.upload("postcard-image", "front.png", &large));
        let path = asset["publicUrl"].as_str().unwrap().strip_prefix(crate::scenario::ORIGIN).unwrap().to_owned();
        assert_eq!(scenario.send("GET", &path, b"").status, 404);
        let private = read(&scenario.upload("letter-stamp-image", "a.png", &png(8, 8)));
        let path = format!("/pieterpost/api/public-assets/{}", private["assetId"].as_str().unwrap());
        assert_eq!(scenario.send("GET", &path, b"").status, 404, "stamps stay private");
    }
}
