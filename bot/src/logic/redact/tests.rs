//! What is hidden and what is not: a line of text, and the line that people see.

use proptest::prelude::*;

use super::{Cut, Redactor, Secrets, Stream, clean, decode};

fn plain() -> Redactor {
    Redactor::new(&Secrets::none())
}

#[track_caller]
fn check(line: &str, expected: &str) {
    let redacted = plain().redact(line);
    assert_eq!(redacted.text, expected);
    assert_eq!(
        plain().redact(&redacted.text).text,
        expected,
        "a second pass changed it"
    );
}

#[track_caller]
fn keeps(line: &str) {
    check(line, line);
}

#[test]
fn passwords_in_addresses_go_whatever_they_hold() {
    check(
        "DATABASE_URL=postgres://main:s3cr3t!@database.internal:5432/main",
        "DATABASE_URL=postgres://main:[redacted:postgres-password]@database.internal:5432/main",
    );
    check(
        "redis://:hunter2@cache.internal:6379/0",
        "redis://:[redacted:redis-password]@cache.internal:6379/0",
    );
    check(
        "amqp://app:p@ss/w:rd@queue.internal:5672/%2f",
        "amqp://app:[redacted:amqp-password]@queue.internal:5672/%2f",
    );
    check(
        r#"{"url":"mysql:\/\/app:S3cret@db.internal:3306\/app"}"#,
        r#"{"url":"mysql:\/\/app:[redacted:mysql-password]@db.internal:3306\/app"}"#,
    );
    check(
        "next=https%3A%2F%2Fme%3Ahunter2%40example.org%2F",
        "next=https%3A%2F%2Fme%3A[redacted:url-password]%40example.org%2F",
    );
    check(
        "app:hunter2x@tcp(db.internal:3306)/app",
        "app:[redacted:url-password]@tcp(db.internal:3306)/app",
    );
}

#[test]
fn addresses_without_a_password_stay() {
    keeps("https://user@github.com/acme/site.git");
    keeps("http://localhost:8080/a@b?x=y:z@w");
    keeps("https://main-bvxea6i-abcdefghijklm.eu-3.platformsh.site/");
    keeps("ssh abcdefghijklm-main-bvxea6i--app@ssh.eu-3.platform.sh");
    keeps("redis://cache.internal:6379 and postgres://localhost:5432/main");
    keeps("https://medium.com/@someone/title-1234567890ab");
}

#[test]
fn values_beside_secret_names_go_in_every_notation() {
    check("DB_PASSWORD=hunter2", "DB_PASSWORD=[redacted:password]");
    check(
        "export API_KEY=\"a1b2c3d4e5\"",
        "export API_KEY=\"[redacted:key]\"",
    );
    check(
        "{'SECRET_KEY': 'x7_9k', 'TZ': 'UTC'}",
        "{'SECRET_KEY': 'x7_9k', 'TZ': 'UTC'}",
    );
    check(
        "  stripeKey: 'k9JfQ2xLp0aZ',",
        "  stripeKey: '[redacted:key]',",
    );
    check(
        "    [APP_SECRET] => 0f1e2d3c4b5a",
        "    [APP_SECRET] => [redacted:secret]",
    );
    check(
        r#"{"m":"{\"authToken\":\"a\\\"9f8e7d6\",\"n\":1}"}"#,
        r#"{"m":"{\"authToken\":\"[redacted:token]\",\"n\":1}"}"#,
    );
    check(
        "define( 'AUTH_SALT',   'a;b \"c\" =d)9' );",
        "define( 'AUTH_SALT',   '[redacted:secret]' );",
    );
    check(
        "host=db user=app password=hunter2 sslmode=require",
        "host=db user=app password=[redacted:password] sslmode=require",
    );
    check(
        "<password>hunter2</password>",
        "<password>[redacted:password]</password>",
    );
    check(
        "{\"name\": \"DB_PASSWORD\", \"value\": \"hunter2\"}",
        "{\"name\": \"DB_PASSWORD\", \"value\": \"[redacted:password]\"}",
    );
    check(
        "password: Some(\"hunter2\")",
        "password: Some(\"[redacted:password]\")",
    );
    check(
        "GET /x?access_token=a1b2c3d4e5f6&page=2 HTTP/1.1",
        "GET /x?access_token=[redacted:token]&page=2 HTTP/1.1",
    );
    check(
        "./sync --api-key a1b2c3d4e5 --dry-run",
        "./sync --api-key [redacted:key] --dry-run",
    );
}

#[test]
fn code_and_markup_join_names_and_values_in_more_ways() {
    check(
        "var mapToken string = \"k9JfQ2xLp0aZ\"",
        "var mapToken string = \"[redacted:token]\"",
    );
    check(
        "$mapToken .= 'k9JfQ2xLp0aZ';",
        "$mapToken .= '[redacted:token]';",
    );
    check(
        "if (password !== \"hunter2!\") {",
        "if (password !== \"[redacted:password]\") {",
    );
    check(
        "if (\"hunter2!\" == password) {",
        "if (\"[redacted:password]\" == password) {",
    );
    check(
        "<apiToken>\n    k9JfQ2xLp0aZ\n</apiToken>",
        "<apiToken>\n    [redacted:token]\n</apiToken>",
    );
    check(
        "DATADOG-TOKEN-0f1e2d3c4b5a69788796a5b4c3d2e1f0",
        "DATADOG-TOKEN-[redacted:token]",
    );
    check("api_key = a{b(c)d}e!f", "api_key = [redacted:key]");
    keeps("password: readPassword(prompt)");
    keeps("/assets/auth-9a689fe96eb8486191f719254b31a066.js 200");
    keeps("implementation 'io.jsonwebtoken:jjwt-jackson-0.11.2'");
}

#[test]
fn a_token_is_known_by_its_longest_prefix_and_goes_whole() {
    let body = "11AAQX7TL0p2KfV9wZrJmC_h3BnYdGs8UeOaTiR5xWqLvE1kMzNcPbS6yHjDuF4gA7oIt2XsZrQwKe";
    check(
        &format!("with github_pat_{body}"),
        "with [redacted:github-token]",
    );
    check(
        "tfp_abcdefghijklmnopqrstuvwxyz0123456789abcdefgh",
        "[redacted:typeform-token]",
    );
    check(
        "POST https://hooks.slack.com/services/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 200",
        "POST [redacted:slack-webhook] 200",
    );
    keeps("s.acceptanceTimeoutSecondsX = 1");
}

#[test]
fn what_only_talks_about_secrets_stays() {
    for line in [
        "Access denied for user 'main'@'10.0.3.1' (using password: YES)",
        "Undefined index: password in /app/src/Login.php on line 41",
        "password: required, token: missing",
        "DB_PASSWORD=",
        "DB_PASSWORD=********",
        "DB_PASSWORD=${DB_PASSWORD}",
        "token=%s",
        "\"password\":\"[FILTERED]\"",
        "SyntaxError: Unexpected token: punc ())",
        "{\"token_type\":\"Bearer\",\"expires_in\":3600}",
        "max_tokens=4096 total_tokens: 812",
        "Cache hit key=user:118:profile",
        "Authorization header missing",
        "Bearer token required",
        "primary key: id, foreign_key: user_id",
        "  password: !env DB_PASSWORD",
        "SELECT password_hash FROM users WHERE id = $1",
        "Set-Cookie: lang=en; path=/",
        "password_reset_url=https://example.org/reset",
    ] {
        keeps(line);
    }
}

#[test]
fn hashes_ids_and_digests_stay() {
    for line in [
        "HEAD is now at 1a14bce Fix login form",
        "commit 9fceb02d0ae598e95dc970b74767f19372d61af8",
        "request_id=62bee2d4-36da-4c70-80f2-80604f98ecfc path=/ status=200",
        "ETag: \"5701a42a1355ac434d018fa83943e218\"",
        "container 62774523a20b6929ff1756b94230fdae8156df01a6d91f026fcc41783e959065 started",
        "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIZOcbbVkhbHtEINcWyrlBtyf9mSFIGKrKbBzkI2oJy me@laptop",
        "traceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        "\"integrity\": \"sha512-+5ZIVnSmBwV870Z9TG4rD2/5gcIqoArvKpLpNHS6nnWzLPRXE9kgRCjvrKPRDGQUSmjKF0bDlgeqgmygjU+I+w==\",",
        "GET /_next/static/chunks/6375-1cc3a0e16a37d702.js 200",
    ] {
        keeps(line);
    }
}

#[test]
fn headers_and_cookies_lose_their_credentials() {
    check(
        "> Authorization: Basic YWRtaW46aHVudGVyMg==",
        "> Authorization: Basic [redacted:basic-auth]",
    );
    check(
        "authorization: Bearer 0123456789abcdef",
        "authorization: Bearer [redacted:bearer-token]",
    );
    check(
        "-H 'X-Api-Key: a1b2c3d4e5' https://x",
        "-H 'X-Api-Key: [redacted:key]' https://x",
    );
    check(
        "Cookie: lang=en; session=ak9kw2ohnedaxj8i153m; theme=dark",
        "Cookie: lang=en; session=[redacted:cookie]; theme=dark",
    );
    check(
        "Authorization: Digest username=\"u\", response=\"6629fae49393a05397450978507c4ef1\"",
        "Authorization: Digest [redacted:authorization]",
    );
}

#[test]
fn commands_statements_and_traces_lose_their_passwords() {
    check(
        "mysqldump -h db -u app -phunter2 main",
        "mysqldump -h db -u app -p[redacted:password] main",
    );
    check(
        "+ curl -s -u web:hunter2 https://x",
        "+ curl -s -u web:[redacted:password] https://x",
    );
    check(
        "redis-cli -h cache -a hunter2 ping",
        "redis-cli -h cache -a [redacted:password] ping",
    );
    check(
        "ALTER ROLE app PASSWORD 'hun''ter2';",
        "ALTER ROLE app PASSWORD '[redacted:password]';",
    );
    check(
        "CREATE USER a IDENTIFIED BY 'hunter2'",
        "CREATE USER a IDENTIFIED BY '[redacted:sql-password]'",
    );
    check(
        "#0 Db.php(17): PDO->__construct('mysql:host=datab...', 'main', 'hunter2')",
        "#0 Db.php(17): PDO->__construct('mysql:host=datab...', 'main', '[redacted:call-password]')",
    );
    check(
        "db.internal:5432:main:app:hunter2",
        "db.internal:5432:main:app:[redacted:postgres-password]",
    );
}

#[test]
fn base64_is_read_and_hidden_only_when_it_holds_a_secret() {
    // {"db":[{"password":"hunter2"}]} and {"https://x/":{"primary":true}}
    check(
        "PLATFORM_RELATIONSHIPS=eyJkYiI6W3sicGFzc3dvcmQiOiJodW50ZXIyIn1dfQ==",
        "PLATFORM_RELATIONSHIPS=[redacted:base64-secret]",
    );
    keeps("PLATFORM_ROUTES=eyJodHRwczovL3gvIjp7InByaW1hcnkiOnRydWV9fQ==");
}

#[test]
fn private_keys_go_whole_even_when_cut() {
    let key = "-----BEGIN RSA PRIVATE KEY-----\nMIIBOgIBAAJBAKj34GkxFhD90vcNLYLInFEX6Ppy1tPf9Cnzj4p4WGeKLs1Pt8Qu\nKUpRKfFLfRYC9AIKjbJTWit+CqvjWYzvQwECAwEAAQJAIJLixBy2qpFoS4DSmoEm\n";
    check(
        &format!("loaded:\n{key}-----END RSA PRIVATE KEY-----\nnext"),
        "loaded:\n[redacted:private-key]\nnext",
    );
    check(
        &format!("{key}2026-01-01 next line"),
        "[redacted:private-key]\n2026-01-01 next line",
    );
    let escaped = key.replace('\n', "\\n");
    check(
        &format!("{{\"key\":\"{escaped}\",\"n\":1}}"),
        "{\"key\":\"[redacted:private-key]\",\"n\":1}",
    );
    keeps(
        "-----BEGIN PUBLIC KEY-----\nMFwwDQYJKoZIhvcNAQEBBQADSwAwSAJBAKj34Gkx\n-----END PUBLIC KEY-----",
    );
}

#[test]
fn a_colour_code_or_an_invisible_character_hides_nothing() {
    check(
        "\u{1b}[32mDB_PASSWORD\u{1b}[0m=\u{1b}[31mhun\u{200b}ter2\u{1b}[0m",
        "DB_PASSWORD=[redacted:password]",
    );
    assert_eq!(
        clean("a\u{1b}]8;;http://x\u{7}b\u{1b}]8;;\u{1b}\\c\r\nd\u{9b}1me\u{202e}f\tg"),
        "abc\ndef\tg"
    );
    assert_eq!(
        clean("stray \u{1b}] introducer\nnext"),
        "stray  introducer\nnext"
    );
    assert_eq!(decode(b"\xFF\xFEa\0b\0"), "ab");
}

#[test]
fn known_values_go_however_they_are_escaped() {
    let value = "p/ä\"s+s w&rd";
    let redactor = Redactor::new(&[value].into_iter().collect());
    let json = serde_json::to_string(value).expect("a string is JSON");
    let base64 = |text: &str| {
        use base64::Engine;
        base64::engine::general_purpose::STANDARD.encode(text)
    };
    for written in [
        value.to_owned(),
        json,
        "p%2F%C3%A4%22s%2Bs%20w%26rd".into(),
        "p%2f%c3%a4%22s%2bs+w%26rd".into(),
        base64(value),
        base64(&format!("u:{value}")),
        base64(&format!("{{\"a\":\"xx{value}yy\"}}")),
    ] {
        let redacted = redactor.redact(&format!("before {written} after"));
        assert!(
            redacted.text.contains("[redacted:own-secret]"),
            "{written} stayed: {}",
            redacted.text
        );
        assert!(redacted.text.starts_with("before ") && redacted.text.ends_with(" after"));
    }
}

#[test]
fn a_cut_leaves_no_part_of_a_secret() {
    let both = Cut {
        start: true,
        end: true,
    };
    let redacted = plain().redact_cut("ter2 rest of a line\nkept\nDB_PASSWORD='hun", both);
    assert_eq!(redacted.text, "[redacted:cut]\nkept\n[redacted:cut]");
    let body = "KUpRKfFLfRYC9AIKjbJTWit+CqvjWYzvQwECAwEAAQJAIJLixBy2qpFoS4DSmoEm\n";
    let key = format!("AIKj\n{body}{body}-----END RSA PRIVATE KEY-----\nkept");
    assert_eq!(
        plain()
            .redact_cut(
                &key,
                Cut {
                    start: true,
                    end: false
                }
            )
            .text,
        "[redacted:cut]\n[redacted:cut]kept"
    );
}

/// Lines that make the finders meet one another.
fn fragments() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        "[ -~]{0,12}",
        "[A-Za-z0-9+/]{20,40}",
        prop::sample::select(vec![
            "password=",
            "token: ",
            "\"secret\":\"",
            "'",
            "\"",
            "\\\"",
            "://",
            "user:pass@host",
            "ghp_0123456789abcdef0123",
            "\n",
            " ",
            "&",
            "Authorization: Basic ",
            "Cookie: a=",
            "-----BEGIN RSA PRIVATE KEY-----",
            "-----END RSA PRIVATE KEY-----",
            "mysql -p",
            "IDENTIFIED BY '",
            "PDO->__construct('mysql:x', 'u', '",
            "[redacted:password]",
            "[redacted:",
            "]",
            "\u{1b}[31m",
            "\u{200b}",
            "ä",
            "eyJwYXNzd29yZCI6Imh1bnRlcjIifQ==",
            ": |\n  ",
            "<<EOF\n",
            "EOF\n",
            "%3A%2F%2F",
            "%40",
        ])
        .prop_map(str::to_owned),
    ];
    prop::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat())
}

fn markers(text: &str) -> usize {
    regex::Regex::new(r"\[redacted:[a-z0-9-]+\]")
        .expect("a fixed pattern")
        .find_iter(text)
        .count()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn redacting_twice_changes_nothing_and_counts_right(text in fragments()) {
        let redacted = plain().redact(&text);
        prop_assert_eq!(markers(&redacted.text), markers(&clean(&text)) + redacted.count());
        let again = plain().redact(&redacted.text);
        prop_assert_eq!(&again.text, &redacted.text);
        prop_assert_eq!(again.count(), 0);
    }

    #[test]
    fn any_bytes_are_decoded_cleaned_and_redacted(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let redacted = plain().redact_bytes(&bytes);
        prop_assert_eq!(clean(&redacted.text), redacted.text.as_str());
    }

    #[test]
    fn chunks_give_what_the_whole_gives(one in 0_usize..330, other in 0_usize..330) {
        let text = "a=1\nDB_PASSWORD=hunter2\n-----BEGIN PRIVATE KEY-----\nMIIBOgIBAAJBAKj34GkxFhD90vcNLYLIn\n-----END PRIVATE KEY-----\nhttps://u:hunter2@h/\n<token>\n  k9JfQ2xLp0aZ\n</token>\n  'apiKey' =>\n  'k9JfQ2xLp0aZ',\nname: DB_PASSWORD\nvalue: hunter2\npassword: |\n  hunter2\n  again\nPASSWORD=<<EOF\nhunter2\nEOF\nend";
        let redactor = plain();
        let (one, other) = (one.min(other).min(text.len()), one.max(other).min(text.len()));
        let mut stream = Stream::new(&redactor);
        let mut out = String::new();
        let mut hidden = 0;
        for piece in [&text[..one], &text[one..other], &text[other..]] {
            let redacted = stream.push(piece.as_bytes());
            hidden += redacted.count();
            out.push_str(&redacted.text);
        }
        let rest = stream.finish();
        out.push_str(&rest.text);
        prop_assert!(!out.contains("hunter2") && !out.contains("k9JfQ2"), "{}", out);
        prop_assert_eq!(markers(&out), hidden + rest.count());
        // A secret of several lines is one of several pieces where it was cut between them.
        prop_assert!(markers(&out) >= 6);
    }
}
