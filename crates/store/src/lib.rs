//! What a server knows, kept over its end: facts about images, where names lead, what was let in.
//!
//! SQL in one file of a folder. Statements and schema are such that `PostgreSQL` takes them, too. Facts are
//! read only if the digest fits that stands before them. All calls block: threads call them, and wait.

mod record;

use std::path::{Path, PathBuf};
use std::time::Duration;

use model::Digest;
use policy::image_policy::ImageFacts;
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};
use sqlx::{Row as _, query, query_scalar};
use thiserror::Error;
use tokio::runtime::{Builder, Runtime};

/// The file in the folder.
const FILE: &str = "known.sqlite";

/// Bytes of a page of the file.
const PAGE_BYTES: u64 = 4 << 10;

/// Connections: one writes, the others read.
const CONNECTIONS: u32 = 4;

/// How long a statement waits for another process.
const BUSY: Duration = Duration::from_secs(2);

/// Pairs of a namespace and an image that are remembered to have been let in.
const MOST_ADMITTED: i64 = 100_000;

/// Of the images this part goes at once where there is no room.
const PART: i64 = 8;

/// The tables. Times are seconds since 1970; a digest is `sha256:…`.
const SCHEMA: [&str; 3] = [
    "CREATE TABLE IF NOT EXISTS images (digest TEXT NOT NULL, made_by TEXT NOT NULL, facts BYTEA NOT NULL, \
     used BIGINT NOT NULL, PRIMARY KEY (digest, made_by))",
    "CREATE TABLE IF NOT EXISTS names (name TEXT NOT NULL PRIMARY KEY, digest TEXT NOT NULL, \
     believed_until BIGINT NOT NULL)",
    "CREATE TABLE IF NOT EXISTS admitted (namespace TEXT NOT NULL, digest TEXT NOT NULL, since BIGINT NOT NULL, \
     PRIMARY KEY (namespace, digest))",
];

/// Why something cannot be kept or read.
#[derive(Debug, Error)]
pub enum StoreError {
    /// The folder cannot be made, or the file in it cannot be opened.
    #[error("{path}: {why}; free or delete it, and restart")]
    Open {
        /// The folder or the file.
        path: PathBuf,
        /// What the system or the database says.
        why: String,
    },
    /// The database says no.
    #[error("the store cannot be used: {0}")]
    Database(#[from] sqlx::Error),
    /// What is there is not what was kept.
    #[error("the store is damaged: {0}")]
    Damaged(&'static str),
}

/// A store, open.
pub struct Store {
    runtime: Runtime,
    pool: SqlitePool,
    most_pages: i64,
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Store").finish_non_exhaustive()
    }
}

impl Store {
    /// Opens the store in a folder, which is made if there is none; the file takes so many bytes at most.
    ///
    /// # Errors
    /// The folder or the file cannot be used, or is damaged.
    pub fn open(folder: &Path, most_bytes: u64) -> Result<Self, StoreError> {
        let told = |path: &Path, why: String| StoreError::Open {
            path: path.to_owned(),
            why,
        };
        make(folder).map_err(|error| told(folder, error.to_string()))?;
        let path = folder.join(FILE);
        let runtime = Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|error| told(folder, error.to_string()))?;
        let pages = (most_bytes / PAGE_BYTES).max(64);
        let most_pages = i64::try_from(pages).unwrap_or(i64::MAX);
        let options = SqliteConnectOptions::new()
            .filename(&path)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Normal)
            .busy_timeout(BUSY)
            .pragma("max_page_count", most_pages.to_string())
            .pragma("journal_size_limit", "8388608");
        let pool = runtime.block_on(async {
            let pool = SqlitePoolOptions::new()
                .max_connections(CONNECTIONS)
                .acquire_timeout(BUSY)
                .connect_with(options)
                .await?;
            let checked: String = query_scalar("PRAGMA quick_check(1)")
                .fetch_one(&pool)
                .await?;
            if checked != "ok" {
                return Err(StoreError::Damaged("its pages do not fit together"));
            }
            for table in SCHEMA {
                query(table).execute(&pool).await?;
            }
            Ok(pool)
        });
        Ok(Self {
            pool: pool.map_err(|error| told(&path, error.to_string()))?,
            runtime,
            most_pages,
        })
    }

    /// Returns the facts of an image, if they were made by the same program, options and data.
    ///
    /// # Errors
    /// The database says no, or what is there is damaged.
    pub fn image(
        &self,
        digest: Digest,
        made_by: &str,
        now: i64,
    ) -> Result<Option<ImageFacts>, StoreError> {
        self.runtime.block_on(async {
            let row = query("SELECT facts FROM images WHERE digest = $1 AND made_by = $2")
                .bind(digest.to_string())
                .bind(made_by)
                .fetch_optional(&self.pool)
                .await?;
            let Some(row) = row else { return Ok(None) };
            let facts = record::read(row.try_get("facts")?)?;
            if facts.known_by() != Some(digest) {
                return Err(StoreError::Damaged("it gives another image"));
            }
            query("UPDATE images SET used = $1 WHERE digest = $2 AND made_by = $3")
                .bind(now)
                .bind(digest.to_string())
                .bind(made_by)
                .execute(&self.pool)
                .await?;
            Ok(Some(facts))
        })
    }

    /// Keeps the facts of an image that has a digest.
    ///
    /// # Errors
    /// The database says no: the disk is full, say.
    pub fn keep_image(
        &self,
        facts: &ImageFacts,
        made_by: &str,
        now: i64,
    ) -> Result<(), StoreError> {
        let Some(digest) = facts.known_by() else {
            return Ok(());
        };
        let record = record::write(facts)?;
        self.runtime.block_on(async {
            self.make_room(now).await?;
            query(
                "INSERT INTO images (digest, made_by, facts, used) VALUES ($1, $2, $3, $4) \
                 ON CONFLICT (digest, made_by) DO UPDATE SET facts = excluded.facts, used = excluded.used",
            )
            .bind(digest.to_string())
            .bind(made_by)
            .bind(record)
            .bind(now)
            .execute(&self.pool)
            .await?;
            Ok(())
        })
    }

    /// Lets go facts that were made by anything else.
    ///
    /// # Errors
    /// The database says no.
    pub fn forget_others(&self, made_by: &str) -> Result<(), StoreError> {
        self.runtime.block_on(async {
            query("DELETE FROM images WHERE made_by <> $1")
                .bind(made_by)
                .execute(&self.pool)
                .await?;
            Ok(())
        })
    }

    /// Returns what a name leads to, and until when that is believed, in seconds since 1970.
    ///
    /// # Errors
    /// The database says no.
    pub fn name(&self, name: &str, now: i64) -> Result<Option<(Digest, i64)>, StoreError> {
        self.runtime.block_on(async {
            let row = query(
                "SELECT digest, believed_until FROM names WHERE name = $1 AND believed_until > $2",
            )
            .bind(name)
            .bind(now)
            .fetch_optional(&self.pool)
            .await?;
            let Some(row) = row else { return Ok(None) };
            Ok(Some((digest(&row)?, row.try_get("believed_until")?)))
        })
    }

    /// Keeps what a name leads to.
    ///
    /// # Errors
    /// The database says no.
    pub fn keep_name(&self, name: &str, digest: Digest, until: i64) -> Result<(), StoreError> {
        self.runtime.block_on(async {
            query(
                "INSERT INTO names (name, digest, believed_until) VALUES ($1, $2, $3) \
                 ON CONFLICT (name) DO UPDATE SET digest = excluded.digest, believed_until = excluded.believed_until",
            )
            .bind(name)
            .bind(digest.to_string())
            .bind(until)
            .execute(&self.pool)
            .await?;
            Ok(())
        })
    }

    /// Returns what was let in, by namespace.
    ///
    /// # Errors
    /// The database says no.
    pub fn admitted(&self) -> Result<Vec<(String, Digest)>, StoreError> {
        self.runtime.block_on(async {
            let rows = query("SELECT namespace, digest FROM admitted ORDER BY since DESC LIMIT $1")
                .bind(MOST_ADMITTED)
                .fetch_all(&self.pool)
                .await?;
            let pair = |row| Ok((sqlx::Row::try_get(row, "namespace")?, digest(row)?));
            rows.iter().map(pair).collect()
        })
    }

    /// Keeps that an image was let into a namespace.
    ///
    /// # Errors
    /// The database says no.
    pub fn admit(&self, namespace: &str, digest: Digest, now: i64) -> Result<(), StoreError> {
        self.runtime.block_on(async {
            query(
                "INSERT INTO admitted (namespace, digest, since) VALUES ($1, $2, $3) \
                 ON CONFLICT (namespace, digest) DO NOTHING",
            )
            .bind(namespace)
            .bind(digest.to_string())
            .bind(now)
            .execute(&self.pool)
            .await?;
            Ok(())
        })
    }

    /// Lets go what is believed no more and, where little room is left, what was not used for longest.
    async fn make_room(&self, now: i64) -> Result<(), StoreError> {
        let pages: i64 = query_scalar("PRAGMA page_count")
            .fetch_one(&self.pool)
            .await?;
        let free: i64 = query_scalar("PRAGMA freelist_count")
            .fetch_one(&self.pool)
            .await?;
        if pages.saturating_sub(free) < self.most_pages / 4 * 3 {
            return Ok(());
        }
        query("DELETE FROM names WHERE believed_until <= $1")
            .bind(now)
            .execute(&self.pool)
            .await?;
        query(
            "DELETE FROM images WHERE (digest, made_by) IN (SELECT digest, made_by FROM images \
             ORDER BY used LIMIT (SELECT 1 + COUNT(*) / $1 FROM images))",
        )
        .bind(PART)
        .execute(&self.pool)
        .await?;
        query(
            "DELETE FROM admitted WHERE since < (SELECT MIN(since) FROM (SELECT since FROM admitted \
             ORDER BY since DESC LIMIT $1) AS newest)",
        )
        .bind(MOST_ADMITTED)
        .execute(&self.pool)
        .await?;
        Ok(())
    }
}

/// Makes the folder, for nobody but us: who writes there decides what is known.
fn make(folder: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::DirBuilderExt as _;
    std::fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder)
}

fn digest(row: &sqlx::sqlite::SqliteRow) -> Result<Digest, StoreError> {
    let text: String = row.try_get("digest")?;
    let bad = |_bad| StoreError::Damaged("it holds a digest that is none");
    text.parse().map_err(bad)
}

#[cfg(test)]
mod tests;
