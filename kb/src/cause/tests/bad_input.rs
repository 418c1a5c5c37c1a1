//! Whatever comes, in whatever pieces, is read the same, to the line.

use super::reading::{brief, catalogue, check};
use crate::cause::{Catalogue, Reader, Reading};

/// Reads a text in pieces of a size.
fn in_pieces(catalogue: &Catalogue, text: &[u8], size: usize) -> Reading {
    let mut reader = Reader::new(catalogue);
    text.chunks(size).for_each(|piece| reader.push(piece));
    reader.finish()
}

#[test]
fn pieces_of_any_size_give_the_same_reading() {
    let text =
        "héllo\r\n{\"msg\":\"ok\"}\n\u{1b}[31mError: connect ECONN\u{1b}[0mREFUSED\u{1b}[0m ’x’\n\
                Error: listen EADDRINUSE :::3000"
            .as_bytes();
    let catalogue = catalogue();
    let whole = catalogue.read(text);
    assert_eq!(brief(&whole), "service-refused@3*1 port-in-use@4*1");
    for size in 1..text.len() {
        assert_eq!(in_pieces(&catalogue, text, size), whole, "pieces of {size}");
    }
}

#[test]
fn pieces_of_a_long_line_give_the_same_reading() {
    let colour = "\u{1b}[32mé\u{1b}[0m";
    let mut text = String::from("starting\n");
    for n in 0..40_000 {
        text.push_str(colour);
        if n % 9_000 == 0 {
            text.push_str(" Error: listen EADDR\u{1b}[1mINUSE :::3000 ");
        }
    }
    text.push_str("\nError: connect ECONNREFUSED 127.0.0.1:5432\n");
    let catalogue = catalogue();
    let whole = catalogue.read(text.as_bytes());
    assert_eq!(brief(&whole), "port-in-use@2*1 service-refused@3*1");
    assert_eq!((whole.lines, whole.error_lines), (3, 2));
    for size in [1, 1_000, 4_096, 65_537, 262_143, 262_144, 262_145, 300_000] {
        assert_eq!(
            in_pieces(&catalogue, text.as_bytes(), size),
            whole,
            "pieces of {size}"
        );
    }
}

#[test]
fn a_message_on_the_border_of_two_pieces_is_found() {
    let message = "Error: listen EADDRINUSE :::3000";
    for start in (262_144 - 64..262_144 + 8).chain(8_192 - 64..8_192 + 8) {
        let text = format!("{} {message} {}", "x".repeat(start), "y".repeat(9_000));
        check(&text, "port-in-use@1*1");
    }
}

#[test]
fn a_long_json_line_is_read_as_json() {
    let line = format!(
        r#"{{"level":"error","payload":"{}","msg":"listen \u0045ADDRINUSE: address already in use"}}"#,
        "x".repeat(200_000)
    );
    check(&line, "port-in-use@1*1");
}

#[test]
fn a_big_log_is_counted_to_the_line() {
    let quiet = "127.0.0.1 - - [22/Nov/2026:16:11:05 +0000] \"GET / HTTP/1.1\" 200 12\n";
    let mut text = quiet.repeat(5_000);
    text.push_str("Error: listen EADDRINUSE :::3000\n");
    text.push_str(&quiet.repeat(10));
    text.push_str("Error: listen EADDRINUSE :::3000\n");
    let reading = catalogue().read(text.as_bytes());
    assert_eq!(brief(&reading), "port-in-use@5001*2");
    assert_eq!(reading.lines, 5_012);
}

#[test]
fn repeats_are_counted_and_kept_once() {
    check(
        &"Error: listen EADDRINUSE :::3000\r\n".repeat(10_000),
        "port-in-use@1*10000",
    );
}

#[test]
fn a_line_counts_once_however_often_it_says_the_same() {
    check(&"listen EADDRINUSE ".repeat(40_000), "port-in-use@1*1");
    check(
        r#"{"msg":"listen EADDRINUSE","err":{"code":"EADDRINUSE"}}"#,
        "port-in-use@1*1",
    );
}

#[test]
fn a_line_of_megabytes_is_read_to_its_end() {
    let long = "x".repeat(3 * 1024 * 1024) + " Error: listen EADDRINUSE :::3000 " + &"y".repeat(99);
    check(&long, "port-in-use@1*1");
}

#[test]
fn other_encodings_and_binary_are_read_like_any_text() {
    let wide: Vec<u8> = "Error: listen EADDRINUSE\r\n"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    assert_eq!(brief(&catalogue().read(&wide)), "port-in-use@1*1");
    let latin = b"Caf\xe9 d\xe9marr\xe9\nErreur \xe0 l'ouverture: listen EADDRINUSE\n";
    assert_eq!(brief(&catalogue().read(latin)), "port-in-use@2*1");
    let cyrillic = b"\xce\xf8\xe8\xe1\xea\xe0 \xe7\xe0\xef\xf3\xf1\xea\xe0: EADDRINUSE\n";
    assert_eq!(brief(&catalogue().read(cyrillic)), "port-in-use@1*1");
    let noise = b"\x01\x07\x9f\x12EADDRINUSE\x02\xfe\x00\x13\n";
    assert_eq!(brief(&catalogue().read(noise)), "");
    let binary: Vec<u8> = (0..=255).cycle().take(100_000).collect();
    assert_eq!(brief(&catalogue().read(&binary)), "");
    let mut mixed = binary.clone();
    mixed.extend_from_slice(b"\nlisten EADDRINUSE\n");
    mixed.extend_from_slice(&binary);
    let reading = catalogue().read(&mixed);
    assert!(brief(&reading).starts_with("port-in-use@"), "{reading:?}");
    for size in [1, 7, 4_096] {
        assert_eq!(in_pieces(&catalogue(), &mixed, size), reading);
    }
}
