//! What a PDF says of its pages: how many there are, and how large (ISO 32000-2).
//!
//! ```text
//! bytes --objects--> what stands under each number --pages--> sizes
//! ```
//!
//! The cross-reference is not read. Objects are found where they stand, also those inside object streams, and the last one
//! with a number counts: so a file that was changed by adding to it reads as it is meant, and so does one whose
//! cross-reference is damaged. Whatever cannot be read makes the answer that nobody can tell, and never a wrong one.

mod inflate;
mod objects;
mod syntax;

use alloc::vec::Vec;

use self::objects::Objects;
use self::syntax::Object;

/// Width and height of a page, in thousandths of a point, as it is looked at.
pub type PageSize = (i64, i64);

/// A file with more pages is not read: no letter has as many.
const MOST_PAGES: usize = 2_000;
/// A tree that is deeper is a ring.
const DEEPEST: usize = 32;

/// The size of each page, or why it cannot be told.
pub fn pages(bytes: &[u8]) -> Result<Vec<PageSize>, &'static str> {
    let is_encrypted = || bytes.windows(8).any(|word| word == b"/Encrypt");
    let objects = Objects::read(bytes).map_err(|why| if is_encrypted() { "it is encrypted" } else { why })?;
    let mut walk = Walk { objects: &objects, sizes: Vec::new(), left: 2 * MOST_PAGES };
    walk.node(objects.root()?.get(b"Pages"), Inherited { corners: None, turned: 0 }, 0)?;
    Ok(walk.sizes)
}

/// What a page has from those above it.
#[derive(Clone, Copy)]
struct Inherited {
    /// Left, bottom, right, top.
    corners: Option<[i64; 4]>,
    turned: i64,
}

struct Walk<'o> {
    objects: &'o Objects,
    sizes: Vec<PageSize>,
    /// How many nodes may still come.
    left: usize,
}

impl Walk<'_> {
    fn node(&mut self, node: &Object, mut above: Inherited, depth: usize) -> Result<(), &'static str> {
        let node = self.objects.value(node);
        if !matches!(node, Object::Dictionary(_)) {
            return Err("a page is not there");
        }
        self.left = self.left.checked_sub(1).filter(|_| depth < DEEPEST).ok_or("it has too many pages")?;
        match self.objects.value(node.get(b"MediaBox")) {
            Object::Null => {}
            given => above.corners = Some(self.rectangle(given).ok_or("a page's size is none")?),
        }
        if let Object::Number(turned) = self.objects.value(node.get(b"Rotate")) {
            above.turned = *turned;
        }
        let Object::Array(kids) = self.objects.value(node.get(b"Kids")) else {
            return self.page(node, above);
        };
        kids.iter().try_for_each(|kid| self.node(kid, above, depth + 1))
    }

    fn page(&mut self, page: &Object, above: Inherited) -> Result<(), &'static str> {
        let [left, bottom, right, top] = above.corners.ok_or("a page has no size")?;
        let unit = match self.objects.value(page.get(b"UserUnit")) {
            Object::Number(unit) => *unit,
            _ => 1_000,
        };
        let length =
            |one: i64, other: i64| one.checked_sub(other)?.checked_abs()?.checked_mul(unit).map(|it| it / 1_000);
        let (width, height) = length(right, left).zip(length(top, bottom)).ok_or("a page's size is none")?;
        let lies = above.turned.rem_euclid(180_000) == 90_000;
        self.sizes.push(if lies { (height, width) } else { (width, height) });
        Ok(())
    }

    fn rectangle(&self, given: &Object) -> Option<[i64; 4]> {
        let Object::Array(sides) = given else { return None };
        let side = |index: usize| match self.objects.value(sides.get(index)?) {
            Object::Number(side) => Some(*side),
            _ => None,
        };
        Some([side(0)?, side(1)?, side(2)?, side(3)?])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::format;
    use std::string::String;
    use std::vec;

    const TREE: &str = "1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n\
        2 0 obj<</Type/Pages/Kids[3 0 R 4 0 R]/Count 2/MediaBox[0 0 450 306]>>endobj\n\
        3 0 obj<</Type/Page/Parent 2 0 R>>endobj\n4 0 obj<</Type/Page/Parent 2 0 R>>endobj\n";
    const TRAILER: &str = "trailer<</Root 1 0 R/Size 5>>\nstartxref\n0\n%%EOF\n";

    fn file(rest: &str) -> Vec<u8> {
        format!("%PDF-1.7\n{TREE}{rest}{TRAILER}").into_bytes()
    }

    #[test]
    fn pf_056_a_page_has_the_size_of_those_above_it() {
        assert_eq!(pages(&file("")), Ok(vec![(450_000, 306_000); 2]));
        for (page, size) in [
            ("/MediaBox[0 0 666 450]", (666_000, 450_000)),
            ("/MediaBox[10 20 676.5 470.25]", (666_500, 450_250)),
            ("/MediaBox[666 450 0 0]", (666_000, 450_000)),
            ("/MediaBox 9 0 R", (100_000, 50_000)),
            ("/Rotate 90", (306_000, 450_000)),
            ("/Rotate -270", (306_000, 450_000)),
            ("/Rotate 180", (450_000, 306_000)),
            ("/UserUnit 2", (900_000, 612_000)),
        ] {
            let changed = format!("4 0 obj<</Type/Page{page}>>endobj 9 0 obj [0 0 100 50] endobj\n");
            assert_eq!(pages(&file(&changed)), Ok(vec![(450_000, 306_000), size]), "{page}");
        }
    }

    /// What was added behind counts, wherever it stands; what is only inside a stream does not.
    #[test]
    fn pf_055_a_file_that_was_changed_reads_as_it_is_meant() {
        let added =
            "2 0 obj<</Type/Pages/Kids[3 0 R 4 0 R 5 0 R]/MediaBox[0 0 1 1]>>endobj 5 0 obj<</Type/Page>>endobj\n";
        let changed = [file(""), format!("{added}{TRAILER}").into_bytes()].concat();
        assert_eq!(pages(&changed), Ok(vec![(1_000, 1_000); 3]));
        for length in [format!("{}", added.len()), String::from("7 0 R"), String::from("99999")] {
            let inside = format!("6 0 obj<</Length {length}>>stream\n{added}endstream endobj\n");
            assert_eq!(pages(&file(&inside)), Ok(vec![(450_000, 306_000); 2]), "{length}");
        }
        let other = "8 0 obj<</Type/Catalog/Pages 5 0 R>>endobj trailer<</Root 8 0 R>>";
        let last = [changed, other.as_bytes().to_vec()].concat();
        assert_eq!(pages(&last), Err("a page has no size"));
    }

    #[test]
    fn pf_055_objects_in_a_stream_are_read() {
        let stream = |head: &str, body: &str, more: &str| {
            let text = format!("{head} {body}");
            let length = text.len();
            let first = head.len() + 1;
            let object = format!(
                "6 0 obj<</Type/ObjStm/N 2/First {first}/Length {length}{more}>>stream\n{text}\nendstream endobj\n"
            );
            pages(&file(&object))
        };
        let (head, body) = ("3 0 4 30", "<</MediaBox[0 0 7 7]/A 1    >><</MediaBox[0 0 8 9]>>");
        assert_eq!(stream(head, body, ""), Ok(vec![(7_000, 7_000), (8_000, 9_000)]));
        assert_eq!(stream(head, body, "/Filter/LZWDecode"), Err("it is packed in a way that is not read"));
        assert_eq!(stream(head, body, "/Filter/FlateDecode"), Err("a part of it cannot be read"));
        assert_eq!(stream("3 0 4 999", body, ""), Err("a part of it cannot be read"));
        assert_eq!(stream("3 x", body, ""), Err("a part of it cannot be read"));
    }

    #[test]
    fn pf_055_what_cannot_be_read_is_said_to_be_so() {
        for (text, why) in [
            ("", "it has no catalogue"),
            ("%PDF-1.4 trailer<</Root 1 0 R>>", "it has no catalogue"),
            ("1 0 obj<</Pages 2 0 R>>endobj trailer<</Root 1 0 R>>", "a page is not there"),
            (
                "1 0 obj<</Pages 2 0 R>>endobj 2 0 obj<</Kids[2 0 R]>>endobj trailer<</Root 1 0 R>>",
                "it has too many pages",
            ),
            ("1 0 obj<</Pages 2 0 R>>endobj 2 0 obj<<>>endobj trailer<</Root 1 0 R>>", "a page has no size"),
            (
                "1 0 obj<</Pages 2 0 R>>endobj 2 0 obj<</MediaBox[1 2 3]>>endobj trailer<</Root 1 0 R>>",
                "a page's size is none",
            ),
            ("trailer<</Root 1 0 R/Encrypt 5 0 R>>", "it is encrypted"),
        ] {
            assert_eq!(pages(text.as_bytes()), Err(why), "{text}");
        }
        // Whatever the bytes, there is an answer.
        let whole = file("6 0 obj<</Type/ObjStm/N 1/First 4/Length 9>>stream\n7 0 <<>>\nendstream endobj\n");
        for end in 0..whole.len() {
            let _ = pages(&whole[..end]);
            let mut broken = whole.clone();
            broken[end] = b'[';
            let _ = pages(&broken);
        }
    }

    /// What is small must not take long: the same bytes are read twice at most.
    #[test]
    fn pf_055_objects_that_lie_in_each_other_are_not_read_for_ever() {
        let places: String = (0..2_000).map(|number| format!("{} 0 ", number + 10)).collect();
        let data = format!("{places}[{}]", "0 ".repeat(100_000));
        let stream = format!("<</Type/ObjStm/N 2000/First {}/Length {}>>", places.len(), data.len());
        let overlapping = format!("9 0 obj{stream}stream\n{data}\nendstream endobj\n");
        for hostile in [overlapping, "1 %".repeat(200_000), "1 0 obj 1 %".repeat(50_000)] {
            assert_eq!(pages(&file(&hostile)), Err("its objects lie in each other"), "{} bytes", hostile.len());
        }
    }
}
