//! Whatever bytes come, in whatever pieces: reading does not panic, gives the same as reading them at
//! once, counts the lines, and shows only evidence that has a line. Lines, messages and the part
//! that is read line by line are shorter here than elsewhere, so that their borders are met.
#![no_main]

use kb::cause::{Catalogue, Reader};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let catalogue = Catalogue::shipped();
    let (&size, text) = data.split_first().unwrap_or((&1, &[]));
    let mut reader = Reader::new(catalogue);
    text.chunks(usize::from(size).max(1)).for_each(|piece| reader.push(piece));
    let reading = reader.finish();
    assert_eq!(reading, catalogue.read(text));
    let breaks = text.iter().filter(|&&byte| byte == b'\n').count() as u64;
    let rest = u64::from(!text.is_empty() && !text.ends_with(b"\n"));
    assert_eq!(reading.lines, breaks + rest);
    for finding in &reading.findings {
        assert!((1..=reading.lines).contains(&finding.line), "{finding:?}");
    }
});
