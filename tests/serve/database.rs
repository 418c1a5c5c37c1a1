//! The database of a server, opened behind its back while it does not run.

use std::path::Path;

use sqlx::{Connection as _, Row as _, SqliteConnection};

/// Changes it.
pub fn execute(path: &Path, sql: &'static str) {
    with(path, async |db| {
        sqlx::raw_sql(sql).execute(db).await.expect("it is done");
    });
}

/// Gives the first column of what is asked for.
pub fn ask(path: &Path, sql: &'static str) -> Vec<String> {
    with(path, async |db| {
        let rows = sqlx::query(sql).fetch_all(db).await.expect("it is read");
        rows.iter().map(|row| row.get(0)).collect()
    })
}

fn with<T>(path: &Path, what: impl AsyncFnOnce(&mut SqliteConnection) -> T) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    runtime.block_on(async {
        let options = sqlx::sqlite::SqliteConnectOptions::new()
            .filename(path)
            .create_if_missing(true);
        let mut db = SqliteConnection::connect_with(&options)
            .await
            .expect("a database");
        let given = what(&mut db).await;
        db.close().await.expect("it is closed");
        given
    })
}
