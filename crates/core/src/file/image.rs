//! How large a picture is, from the head of its file: nothing is decoded.

use super::FileType;

/// What the head of a picture says about its size.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Measured {
    /// Pixels, as they are stored: what EXIF says about turning them is not looked at.
    Dimensions {
        /// Never 0.
        width: u32,
        /// Never 0.
        height: u32,
    },
    /// The size stands further in.
    NeedMore {
        /// With so many bytes there is something new to read; always more than were given.
        bytes_from_start: usize,
    },
    /// There is no size, or none that can be trusted, however much of the file follows.
    Unreadable,
}

impl FileType {
    /// The size of a picture whose file starts so; a document has none.
    pub fn measure(self, head: &[u8]) -> Measured {
        match self {
            FileType::Png => png(head),
            FileType::Jpeg => jpeg(head),
            FileType::Pdf => Measured::Unreadable,
        }
    }
}

/// Signature, length, name and the two numbers of the first chunk, IHDR.
const PNG_HEAD: usize = 24;
/// Marker, length, precision and the two numbers of a frame.
const JPEG_FRAME: usize = 9;

/// <https://www.w3.org/TR/png-3/#11IHDR>: the first chunk, of 13 bytes.
fn png(head: &[u8]) -> Measured {
    let Some([_, _, _, _, _, _, _, _, chunk @ ..]) = head.first_chunk::<PNG_HEAD>() else {
        return Measured::NeedMore { bytes_from_start: PNG_HEAD };
    };
    let [0, 0, 0, 13, b'I', b'H', b'D', b'R', a, b, c, d, e, f, g, h] = *chunk else { return Measured::Unreadable };
    dimensions(u32::from_be_bytes([a, b, c, d]), u32::from_be_bytes([e, f, g, h]))
}

/// <https://www.w3.org/Graphics/JPEG/itu-t81.pdf>, annex B: from marker to marker up to the first frame.
///
/// Bytes between two segments are skipped, because decoders do: there are cameras that leave some.
fn jpeg(head: &[u8]) -> Measured {
    // Behind the marker with which the file starts.
    let mut at = 2;
    loop {
        let rest = head.get(at..).unwrap_or_default();
        at += rest.iter().position(|byte| *byte == 0xff).unwrap_or(rest.len());
        // A frame has to follow, so this much has to be there, whatever the next marker is.
        let Some(&[_, marker, high, low, _, y, y_low, x, x_low]) =
            head.get(at..).and_then(<[u8]>::first_chunk::<JPEG_FRAME>)
        else {
            return Measured::NeedMore { bytes_from_start: at + JPEG_FRAME };
        };
        let length = usize::from(u16::from_be_bytes([high, low]));
        let two = |high, low| u32::from(u16::from_be_bytes([high, low]));
        at += match marker {
            // Fill: any number of them may stand before a marker.
            0xff => 1,
            // No marker, or one without a length.
            0x00 | 0x01 | 0xd0..=0xd7 => 2,
            // SOFn. A height of 0 is told behind the first scan, which may be anywhere in the file.
            0xc0..=0xc3 | 0xc5..=0xc7 | 0xc9..=0xcb | 0xcd..=0xcf if length >= JPEG_FRAME - 2 => {
                return dimensions(two(x, x_low), two(y, y_low));
            }
            // DHT, JPG, DAC; tables, APPn, comments.
            0xc4 | 0xc8 | 0xcc | 0xdb..=0xfe if length >= 2 => 2 + length,
            // Reserved; a second start; a scan or the end without a frame; a segment shorter than its own length.
            _ => return Measured::Unreadable,
        };
    }
}

fn dimensions(width: u32, height: u32) -> Measured {
    /// The most that PNG allows; a number that is larger is damage.
    const MOST: u32 = i32::MAX as u32;
    if (1..=MOST).contains(&width) && (1..=MOST).contains(&height) {
        Measured::Dimensions { width, height }
    } else {
        Measured::Unreadable
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use std::vec;
    use std::vec::Vec;

    /// A whole PNG of one grey pixel, but for its header, which claims this size.
    pub(in crate::file) fn a_png(width: u32, height: u32) -> Vec<u8> {
        let mut file = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec();
        file.extend(width.to_be_bytes());
        file.extend(height.to_be_bytes());
        file.extend(b"\x08\0\0\0\0\x3a\x7e\x9b\x55\0\0\0\nIDAT\x78\x9c\x63\x60\0\0\0\x02\0\x01\x48\xaf\xa4\x71");
        file.extend(b"\0\0\0\0IEND\xae\x42\x60\x82");
        file
    }

    /// A segment of a JPEG with so many bytes in it.
    pub(in crate::file) fn segment(marker: u8, content: &[u8]) -> Vec<u8> {
        let mut segment = vec![0xff, marker];
        segment.extend((content.len() as u16 + 2).to_be_bytes());
        segment.extend(content);
        segment
    }

    fn frame(marker: u8, width: u16, height: u16) -> Vec<u8> {
        let ([y, y_low], [x, x_low]) = (height.to_be_bytes(), width.to_be_bytes());
        segment(marker, &[8, y, y_low, x, x_low, 1, 1, 0x11, 0])
    }

    /// A JPEG with these segments before its baseline frame.
    pub(in crate::file) fn a_jpeg(before: &[u8], width: u16, height: u16) -> Vec<u8> {
        let tables = [segment(0xdb, &[1; 65]), frame(0xc0, width, height), segment(0xc4, &[0; 17])].concat();
        let scan = [segment(0xda, &[1, 1, 0, 0, 63, 0]), vec![0x3f, 0xff, 0xd9]].concat();
        [&[0xff, 0xd8], before, &tables, &scan].concat()
    }

    fn of(head: &[u8]) -> Measured {
        FileType::sniff(head).map_or(Measured::Unreadable, |file_type| file_type.measure(head))
    }

    fn sized(width: u32, height: u32) -> Measured {
        Measured::Dimensions { width, height }
    }

    /// How far a stream has to be read, and how often it is asked for more.
    fn read(file: &[u8]) -> (usize, usize, Measured) {
        let (mut length, mut steps) = (8, 0);
        loop {
            match of(file.get(..length).unwrap_or(file)) {
                Measured::NeedMore { bytes_from_start } if bytes_from_start <= file.len() => {
                    assert!(bytes_from_start > length, "no step forward from {length}");
                    length = bytes_from_start;
                    steps += 1;
                }
                other => return (length, steps, other),
            }
        }
    }

    #[test]
    fn pp_153_the_size_of_a_png_is_in_its_first_24_bytes() {
        assert_eq!(of(&a_png(1_748, 1_748)), sized(1_748, 1_748));
        assert_eq!(read(&a_png(1, i32::MAX as u32)), (24, 1, sized(1, i32::MAX as u32)));
        for (width, height) in [(0, 1), (1, 0), (1 << 31, 1), (1, u32::MAX)] {
            assert_eq!(of(&a_png(width, height)), Measured::Unreadable, "{width} by {height}");
        }
        // Another chunk first, as in Apple's pictures for phones, and a header of another length.
        let cgbi = b"\x89PNG\r\n\x1a\n\0\0\0\x04CgBI\x50\0\x20\x02\x2b\xd5\xb3\x7f";
        assert_eq!(of(cgbi), Measured::Unreadable);
        let mut long = a_png(8, 8);
        long[11] = 14;
        assert_eq!(of(&long), Measured::Unreadable);
    }

    #[test]
    fn pp_153_every_kind_of_frame_has_a_size_and_nothing_else_has() {
        for marker in 0xc0..=0xcf {
            let file = [vec![0xff, 0xd8], frame(marker, 300, 200), vec![0; 32]].concat();
            let is_frame = !matches!(marker, 0xc4 | 0xc8 | 0xcc);
            assert_eq!(matches!(of(&file), Measured::Dimensions { width: 300, height: 200 }), is_frame, "{marker:x}");
        }
    }

    #[test]
    fn pp_153_segments_before_the_frame_are_stepped_over() {
        assert_eq!(of(&a_jpeg(&[], 1_200, 1_200)), sized(1_200, 1_200));
        // A preview in EXIF is a JPEG of another size inside a segment.
        let exif = segment(0xe1, &[b"Exif\0\0".as_slice(), &a_jpeg(&[], 160, 120)].concat());
        assert_eq!(of(&a_jpeg(&exif, 4_000, 3_000)), sized(4_000, 3_000));
        let profile = segment(0xe2, &[0xff; 65_533]).repeat(5);
        let (length, steps, measured) = read(&a_jpeg(&profile, 640, 480));
        assert_eq!(measured, sized(640, 480));
        assert!(length < profile.len() + 100 && steps <= 8, "{length} bytes in {steps} steps");
        // Fill bytes, a marker without a length, and what a camera left between two segments.
        for odd in
            [&[0xff][..], &[0xff; 2], &[0xff, 0x01], &[0xff, 0xd0], &[0xff; 70_000], &[0, 7, 0xff, 0], &[0; 70_000]]
        {
            let comment = segment(0xfe, b"a comment");
            let before = [&comment, odd, &exif, odd, &comment, odd].concat();
            assert_eq!(of(&a_jpeg(&before, 640, 480)), sized(640, 480), "{:?}", odd.len());
        }
    }

    #[test]
    fn pp_153_a_jpeg_without_a_size_is_unreadable() {
        let whole = a_jpeg(&[], 8, 8);
        let (rest, scan) = (&whole[2..], segment(0xda, &[1, 1, 0, 0, 63, 0]));
        for before in [&[0xff, 0xd8][..], &[0xff, 0xd9], &scan, &[0xff, 0xe0, 0, 1], &[0xff, 0x02, 0, 2]] {
            assert_eq!(of(&[&[0xff, 0xd8], before, rest].concat()), Measured::Unreadable, "{before:x?}");
        }
        // The height is told later (DNL), the width never.
        assert_eq!(of(&a_jpeg(&[], 8, 0)), Measured::Unreadable);
        assert_eq!(of(&a_jpeg(&[], 0, 8)), Measured::Unreadable);
        let short = [&[0xff, 0xd8, 0xff, 0xc0, 0, 6, 8, 0, 8, 0, 8][..], rest].concat();
        assert_eq!(of(&short), Measured::Unreadable);
        assert_eq!(FileType::Pdf.measure(b"%PDF-2.0"), Measured::Unreadable);
    }

    #[test]
    fn a_shorter_head_never_says_something_else() {
        let left = [segment(0xe1, &[0xff; 300]), vec![7; 30], segment(0xfe, b"")].concat();
        let files = [a_png(70, 70), a_jpeg(&left, 70, 70)];
        for file in &files {
            for length in 0..file.len() {
                match of(&file[..length]) {
                    Measured::NeedMore { bytes_from_start } => assert!(bytes_from_start > length),
                    measured => assert!(measured == sized(70, 70) || length < 8, "{length}: {measured:?}"),
                }
            }
        }
    }

    #[test]
    fn damage_is_survived_and_ends_the_reading() {
        let files = [a_png(70, 70), a_jpeg(&segment(0xe1, &[0xff; 40]), 70, 70)];
        for file in &files {
            for place in 0..file.len() {
                for byte in 0..=255 {
                    let mut damaged = file.clone();
                    damaged[place] = byte;
                    read(&damaged);
                }
            }
        }
        // Nothing but the smallest segments, or fill: one look is one pass.
        let small = [b"\xff\xd8".to_vec(), b"\xff\xe0\0\x02".repeat(1 << 20)].concat();
        assert_eq!(of(&small), Measured::NeedMore { bytes_from_start: small.len() + 1 });
        let mut fill = [0xff; 1 << 20];
        fill[1] = 0xd8;
        assert!(matches!(of(&fill), Measured::NeedMore { .. }));
    }
}
