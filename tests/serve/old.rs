//! Databases of earlier versions are opened, and one of a newer version is left alone.

use bot::store::{Store, StoreError};

/// What the first version made, byte for byte: a released step is never changed.
const FIRST: &str = include_str!("../../bot/src/store/migrations/0001_first.sql");

#[test]
fn a_released_step_is_not_changed() {
    let digest = bot::logic::digest::Digest::of(FIRST.as_bytes());
    expect_test::expect![[r#"2a67242fea344a26d137aff6668e73e005994fec29103d8e3c85d1d2c7910322"#]]
        .assert_eq(&digest.to_string());
}

#[tokio::test]
async fn a_database_is_opened_again_and_again() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("bot502.db");
    for _ in 0..3 {
        let store = Store::open(&path).await.expect("it opens");
        store.try_out().await.expect("it is written");
    }
    let file = std::fs::write(
        folder.path().join("no.db"),
        "this is no database, whatever its name says it is",
    );
    file.expect("a file");
    let refused = Store::open(&folder.path().join("no.db")).await;
    assert!(matches!(refused, Err(StoreError::Unusable(_))));
}
