//! Whatever bytes come, in whatever pieces: reading does not panic, gives the same as reading them at
//! once, counts the lines, and shows only evidence that has a line.
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
    for finding in &reading.findings {
        assert!((1..=reading.lines).contains(&finding.line), "{finding:?}");
    }
});
