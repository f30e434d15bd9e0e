//! Data packages: a folder of files with a `datapackage.json` that describes them.
//!
//! Source: the Data Package standard, version 2 (and version 1, which says the same here). Read are the members that an
//! asset's description is made of; others are passed over.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::{Component, Path, PathBuf};

use serde::Deserialize;
use yaosu_ledger::{Digest, Text, is_forbidden};

/// Bytes of a descriptor at most.
pub const DESCRIPTOR_BYTES_MAX: u64 = 16 * 1024 * 1024;

/// Why a data package can't be read.
#[derive(Debug, thiserror::Error)]
pub enum DataPackageError {
    /// Reading failed.
    #[error("{}: {source}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// The descriptor is too long.
    #[error("{} is over the limit of {DESCRIPTOR_BYTES_MAX} bytes", path.display())]
    TooLong {
        /// The file.
        path: PathBuf,
    },
    /// The descriptor is no data package.
    #[error("{} is no data package: {source}", path.display())]
    Malformed {
        /// The file.
        path: PathBuf,
        /// What is wrong, with line and column.
        source: serde_json::Error,
    },
}

/// What a data package says of itself, as far as it is of use here.
#[derive(Debug, Deserialize)]
struct Descriptor {
    resources: Vec<ResourceDescriptor>,
}

#[derive(Debug, Deserialize)]
struct ResourceDescriptor {
    name: String,
    path: Option<PathOrPaths>,
    title: Option<String>,
    description: Option<String>,
    bytes: Option<u64>,
    #[serde(default)]
    licenses: Vec<License>,
    schema: Option<serde_json::Value>,
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum PathOrPaths {
    One(String),
    Many(Vec<String>),
}

/// Terms under which data may be used.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct License {
    /// A short name, e.g. of the Open Definition.
    pub name: Option<String>,
    /// In words.
    pub title: Option<String>,
    /// Where it can be read.
    pub path: Option<String>,
}

/// One file of a data package.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resource {
    /// Its name within the package.
    pub name: String,
    /// A line: its title, or its name.
    pub title: Text<200>,
    /// A few sentences, cut to what an asset's description holds.
    pub description: Text<2000>,
    /// The file.
    pub file: Result<PathBuf, &'static str>,
    /// How many bytes the package says it has.
    pub size_bytes: Option<u64>,
    /// Its own licences: what the package says as a whole does not show by what right each file came into it.
    pub licenses: Vec<License>,
    /// Its columns, as a Table Schema.
    pub schema: Option<serde_json::Value>,
}

impl Resource {
    /// The hash of its licences as evidence of a right: name, title and path of each, a line each; `None` without any.
    #[must_use]
    pub fn licence_evidence(&self) -> Option<Digest> {
        if self.licenses.is_empty() {
            return None;
        }
        let mut text = String::new();
        for License { name, title, path } in &self.licenses {
            for member in [name, title, path] {
                text.push_str(member.as_deref().unwrap_or_default());
                text.push('\n');
            }
        }
        Some(crate::text_digest(&text))
    }
}

/// The resources of a data package. Files are looked for beside the descriptor, or in `folder` if it is given.
///
/// # Errors
/// [`DataPackageError`]. A resource that is not a single file beside the descriptor says so by itself.
pub fn read(descriptor: &Path, folder: Option<&Path>) -> Result<Vec<Resource>, DataPackageError> {
    let io = |source| DataPackageError::Io { path: descriptor.to_owned(), source };
    let mut text = String::new();
    let file = File::open(descriptor).map_err(io)?;
    file.take(DESCRIPTOR_BYTES_MAX.saturating_add(1)).read_to_string(&mut text).map_err(io)?;
    if text.len() as u64 > DESCRIPTOR_BYTES_MAX {
        return Err(DataPackageError::TooLong { path: descriptor.to_owned() });
    }
    let Descriptor { resources } = serde_json::from_str(&text)
        .map_err(|source| DataPackageError::Malformed { path: descriptor.to_owned(), source })?;
    let beside = folder.or_else(|| descriptor.parent()).unwrap_or(Path::new(""));
    Ok(resources.into_iter().map(|resource| describe(resource, beside)).collect())
}

fn describe(resource: ResourceDescriptor, folder: &Path) -> Resource {
    let ResourceDescriptor { name, path, title, description, bytes, licenses, schema } = resource;
    let file = match path {
        Some(PathOrPaths::One(path)) => within(folder, &path),
        Some(PathOrPaths::Many(paths)) => match paths.as_slice() {
            [path] => within(folder, path),
            _ => Err("is in several files"),
        },
        None => Err("is not a file of its own"),
    };
    Resource {
        title: fitted(title.as_deref().filter(|title| !title.trim().is_empty()).unwrap_or(&name)),
        description: fitted(description.as_deref().unwrap_or_default()),
        file,
        size_bytes: bytes,
        licenses,
        schema,
        name,
    }
}

/// A path of the package, which leads nowhere else: the standard forbids absolute paths and `..`.
fn within(folder: &Path, path: &str) -> Result<PathBuf, &'static str> {
    let path = Path::new(path);
    if path.to_str().is_some_and(|text| text.contains("://")) {
        return Err("is not on this machine");
    }
    let stays = path.components().all(|part| matches!(part, Component::Normal(_) | Component::CurDir));
    if stays { Ok(folder.join(path)) } else { Err("leads out of the package") }
}

/// As much of a text as fits, on one line, without what may not stand on the ledger.
pub(crate) fn fitted<const MAX: usize>(text: &str) -> Text<MAX> {
    let mut fitted = String::new();
    for word in text.split_whitespace() {
        let word: String = word.chars().filter(|character| !is_forbidden(*character)).collect();
        let gap = usize::from(!fitted.is_empty());
        let room = MAX.saturating_sub(fitted.len()).saturating_sub(gap);
        let end = word.char_indices().map(|(start, character)| start + character.len_utf8());
        let end = end.take_while(|end| *end <= room).last().unwrap_or(0);
        if end > 0 {
            if gap > 0 {
                fitted.push(' ');
            }
            fitted.push_str(&word[..end]);
        }
        if end < word.len() {
            break;
        }
    }
    Text::new(fitted).expect("it was cut to the limit, and nothing forbidden was kept")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn package(resources: &str) -> Result<Vec<Resource>, DataPackageError> {
        let folder = tempfile::tempdir().expect("a folder for the test");
        let path = folder.path().join("datapackage.json");
        std::fs::write(&path, format!(r#"{{"name": "p", "licenses": [{{"name": "x"}}], "resources": {resources}}}"#))
            .expect("the folder is there");
        read(&path, Some(Path::new("/data")))
    }

    /// Goal: what an asset needs is found, and what can't be one file of this machine says why.
    #[test]
    fn resources_are_read() {
        let resources = package(
            r#"[
                {"name": "rain", "path": "rain.csv", "title": "Rain", "description": "a\n  b", "bytes": 3,
                 "licenses": [{"title": "Public domain"}], "schema": {"fields": []}},
                {"name": "wind", "path": ["a/wind.csv"]},
                {"name": "many", "path": ["a.csv", "b.csv"]},
                {"name": "inline", "data": [1]},
                {"name": "far", "path": "https://example.org/far.csv"},
                {"name": "out", "path": "../out.csv"},
                {"name": "root", "path": "/etc/passwd"}
            ]"#,
        )
        .expect("it is well-formed");
        let files: Vec<_> = resources.iter().map(|resource| resource.file.clone()).collect();
        assert_eq!(
            files,
            [
                Ok("/data/rain.csv".into()),
                Ok("/data/a/wind.csv".into()),
                Err("is in several files"),
                Err("is not a file of its own"),
                Err("is not on this machine"),
                Err("leads out of the package"),
                Err("leads out of the package"),
            ]
        );
        let rain = &resources[0];
        assert_eq!((rain.title.as_str(), rain.description.as_str(), rain.size_bytes), ("Rain", "a b", Some(3)));
        assert!(rain.licence_evidence().is_some());
        assert_eq!(rain.schema, Some(serde_json::json!({ "fields": [] })));
        let wind = &resources[1];
        assert_eq!(
            (wind.title.as_str(), wind.licence_evidence()),
            ("wind", None),
            "the package's licence is not its own"
        );
    }

    /// Goal: any text fits, cut between characters, and nothing forbidden is kept.
    #[test]
    fn texts_are_fitted() {
        for (text, expected) in [
            ("", ""),
            ("  two \t words\n", "two words"),
            ("12345678901", "1234567890"),
            ("123456789 1", "123456789"),
            ("气象数据局", "气象数"),
            ("a\u{202e}b\u{7}", "ab"),
        ] {
            assert_eq!(fitted::<10>(text).as_str(), expected);
        }
    }

    #[test]
    fn malformed_descriptors_say_where() {
        let error = package(r#"[{"path": "x.csv"}]"#).expect_err("a resource without a name");
        assert!(error.to_string().contains("name"), "{error}");
    }
}
