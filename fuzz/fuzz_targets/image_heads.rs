//! Any bytes as a file: what is asked for ends, and what is said of a head does not depend on how it came.
#![no_main]

use edgepost_core::file::inspect;
use edgepost_core::pieterpost::upload_asset::KINDS;
use edgepost_core::report::Code;
use edgepost_fuzz::is_json;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Some((first, file)) = data.split_first() else { return };
    for kind in KINDS.iter().copied().chain(["postalform-letter", "postalform-postcard-6x9"]) {
        let size = file.len() as u64;
        let whole = inspect(kind, file, Some(size));
        assert!(is_json(whole.to_json().as_bytes()));
        assert_eq!(whole.need, None, "there is no more than all of it");
        assert!(whole.issues.iter().all(|issue| issue.code != Code::HeadTooShort));
        if let Some((width, height)) = whole.dimensions {
            assert!(width > 0 && height > 0);
        }
        // As a stream: from a first piece on, as much as is asked for. `claimed` is what somebody says the size is.
        for claimed in [Some(size), None, Some(size + 1_000_000)] {
            let (mut length, mut steps) = (usize::from(*first).min(file.len()), 0);
            let last = loop {
                let inspection = inspect(kind, &file[..length], claimed);
                match inspection.need {
                    Some(need) => assert!(need > length, "{need} of {length}"),
                    None => break inspection,
                }
                assert!(inspection.issues.iter().any(|issue| issue.code == Code::HeadTooShort) && !inspection.ok());
                let need = inspection.need.unwrap_or_default();
                if need > file.len() {
                    break inspection;
                }
                (length, steps) = (need, steps + 1);
                assert!(steps < 100, "{steps} steps for {} bytes", file.len());
            };
            if claimed == Some(size) {
                assert_eq!((last.ok(), last.need), (whole.ok(), None));
                assert_eq!(last.file_type, whole.file_type);
                // What no rule asks for is not waited for.
                assert!(last.dimensions.is_none() || last.dimensions == whole.dimensions);
            }
        }
    }
});
