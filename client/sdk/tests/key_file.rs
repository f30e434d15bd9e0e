//! Key files: what is written can be read, by us and by OpenSSL; what is not fit is refused with its reason.

#![allow(clippy::unwrap_used, reason = "a test that can't go on stops")]

use std::fs;
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tempfile::TempDir;
use yaosu_sdk::key_file::{self, KeyFileError, Seed};

const PASSWORD: &[u8] = b"correct horse";

fn seed() -> Seed {
    Seed::from_bytes(&[7; 32])
}

/// A folder with one good key in it.
fn folder() -> (TempDir, PathBuf) {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("alice.pem");
    key_file::create(&path, &seed(), PASSWORD).unwrap();
    (folder, path)
}

/// Runs OpenSSL with a password on its standard input, which `-passin stdin` reads.
fn openssl(arguments: &[&str], password: &[u8]) -> Result<Vec<u8>, String> {
    let mut child = Command::new("openssl")
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("these tests need the `openssl` program: install the package openssl");
    child.stdin.take().unwrap().write_all(&[password, b"\n"].concat()).ok();
    let output = child.wait_with_output().unwrap();
    if output.status.success() { Ok(output.stdout) } else { Err(String::from_utf8_lossy(&output.stderr).into_owned()) }
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |hex, byte| hex + &format!("{byte:02x}"))
}

fn write_private(path: &Path, contents: impl AsRef<[u8]>) {
    fs::write(path, contents).unwrap();
    fs::set_permissions(path, fs::Permissions::from_mode(0o600)).unwrap();
}

fn name_of(error: &KeyFileError) -> String {
    let debug = format!("{error:?}");
    debug[..debug.find([' ', '(']).unwrap_or(debug.len())].to_owned()
}

#[test]
fn a_key_comes_back_as_it_was_stored() {
    let (_folder, path) = folder();
    assert_eq!(key_file::open(&path, PASSWORD).unwrap().public(), seed().signing_key().public());
    assert_eq!(key_file::public_key(&path).unwrap(), seed().signing_key().public());
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&path), 0o600);
    assert_eq!(mode(&key_file::public_key_path(&path)), 0o644);
}

/// Goal: the public half of a key is the one of RFC 8032, test 1, so that another program would find the same.
#[test]
fn the_public_key_is_the_one_of_the_standard() {
    let seed = [
        0x9d, 0x61, 0xb1, 0x9d, 0xef, 0xfd, 0x5a, 0x60, 0xba, 0x84, 0x4a, 0xf4, 0x92, 0xec, 0x2c, 0xc4, 0x44, 0x49,
        0xc5, 0x69, 0x7b, 0x32, 0x69, 0x19, 0x70, 0x3b, 0xac, 0x03, 0x1c, 0xae, 0x7f, 0x60,
    ];
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("rfc");
    key_file::create(&path, &Seed::from_bytes(&seed), PASSWORD).unwrap();
    let expected = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a";
    assert_eq!(fs::read_to_string(folder.path().join("rfc.pub")).unwrap(), format!("{expected}\n"));
}

#[test]
fn keys_are_drawn_anew_and_never_shown() {
    let one = Seed::generate().unwrap();
    assert_ne!(one.signing_key().public(), Seed::generate().unwrap().signing_key().public());
    assert_eq!(format!("{one:?}"), "Seed(secret)");
    assert!(!format!("{:?}", seed().signing_key()).contains("0707"));
}

/// Goal: equal keys under equal passwords don't look alike.
#[test]
fn salts_are_drawn_anew() {
    let (_one, first) = folder();
    let (_other, second) = folder();
    assert_ne!(fs::read(first).unwrap(), fs::read(second).unwrap());
}

#[test]
fn openssl_reads_our_keys() {
    let (_folder, path) = folder();
    let public = openssl(&["pkey", "-in", text(&path), "-passin", "stdin", "-pubout", "-outform", "DER"], PASSWORD);
    let public = public.unwrap();
    assert_eq!(hex(&public[public.len() - 32..]), seed().signing_key().public().to_string());
    let private = openssl(&["pkey", "-in", text(&path), "-passin", "stdin", "-outform", "DER"], PASSWORD).unwrap();
    // Version 1, and the seed is the last thing in it.
    assert_eq!(hex(&private), format!("302e020100300506032b657004220420{}", hex(&[7; 32])));
    let error = openssl(&["pkey", "-in", text(&path), "-passin", "stdin"], b"wrong").unwrap_err();
    assert!(error.contains("decrypt") || error.contains("Could not"), "{error}");
}

#[test]
fn we_read_the_keys_of_openssl() {
    let folder = TempDir::new().unwrap();
    let plain = folder.path().join("plain.pem");
    openssl(&["genpkey", "-algorithm", "ed25519", "-out", text(&plain)], b"").unwrap();
    let public = openssl(&["pkey", "-in", text(&plain), "-pubout", "-outform", "DER"], b"").unwrap();
    let public = hex(&public[public.len() - 32..]);
    fs::set_permissions(&plain, fs::Permissions::from_mode(0o600)).unwrap();

    let ways: [&[&str]; 5] = [
        &["-v2", "aes-256-cbc"],
        &["-v2", "aes-128-cbc", "-iter", "10000"],
        &["-v2", "aes-256-cbc", "-v2prf", "hmacWithSHA512"],
        &["-scrypt"],
        &["-scrypt", "-scrypt_N", "1024", "-scrypt_r", "16", "-scrypt_p", "2"],
    ];
    for (number, way) in ways.iter().enumerate() {
        let path = folder.path().join(format!("{number}.pem"));
        let files = ["-in", text(&plain), "-out", text(&path), "-passout", "stdin"];
        openssl(&[&["pkcs8", "-topk8"], &files[..], way].concat(), PASSWORD).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        assert_eq!(key_file::open(&path, PASSWORD).unwrap().public().to_string(), public, "{way:?}");
        assert_eq!(name_of(&key_file::open(&path, b"wrong").unwrap_err()), "WrongPassword", "{way:?}");
    }

    let error = key_file::open(&plain, PASSWORD).unwrap_err();
    assert_eq!(name_of(&error), "NotEncrypted");
    assert!(error.to_string().contains("openssl pkcs8 -topk8"), "{error}");
    assert_eq!(key_file::open_unencrypted(&plain).unwrap().public().to_string(), public);
}

/// Goal: a file that is no key of ours is refused, with a reason that tells which it is.
/// Method: the real thing where OpenSSL makes it, damage by hand otherwise.
#[test]
fn each_stranger_has_its_reason() {
    let (folder, good) = folder();
    let good = fs::read_to_string(good).unwrap();
    let made = |name: &str, arguments: &[&str]| {
        let path = folder.path().join(name);
        openssl(&[arguments, &["-out", text(&path)]].concat(), PASSWORD).unwrap();
        fs::read_to_string(path).unwrap()
    };
    let rsa = made(
        "rsa",
        &["genpkey", "-algorithm", "rsa", "-pkeyopt", "rsa_keygen_bits:1024", "-aes-256-cbc", "-pass", "stdin"],
    );
    let x25519 = made("x25519", &["genpkey", "-algorithm", "x25519", "-aes-256-cbc", "-pass", "stdin"]);
    made("plain", &["genpkey", "-algorithm", "ed25519"]);
    let plain_path = folder.path().join("plain");
    let public = made("public", &["pkey", "-in", text(&plain_path), "-pubout"]);
    let sealed = |name: &str, way: &[&str]| {
        made(name, &[&["pkcs8", "-topk8", "-in", text(&plain_path), "-passout", "stdin"], way].concat())
    };
    let camellia = sealed("camellia", &["-v2", "camellia-256-cbc"]);
    let sha1 = sealed("sha1", &["-v2", "aes-256-cbc", "-v2prf", "hmacWithSHA1"]);
    let slow = sealed("slow", &["-scrypt", "-scrypt_N", "1024", "-scrypt_r", "1", "-scrypt_p", "65"]);
    #[rustfmt::skip]
    let rows: Vec<(&str, String, &str)> = vec![
        ("empty", String::new(), "not whole PEM"),
        ("words", "this is no key\n".to_owned(), "not whole PEM"),
        ("cut in the middle", good[..good.len() / 2].to_owned(), "not whole PEM"),
        ("without its last line", good[..good.trim_end().rfind('\n').unwrap()].to_owned(), "not whole PEM"),
        ("a line lost", { let mut lines: Vec<_> = good.lines().collect(); lines.remove(2); lines.join("\n") }, "not"),
        ("public key", public, "only a public key"),
        ("rsa", rsa, "another algorithm (1.2.840.113549.1.1.1)"),
        ("x25519", x25519, "another algorithm (1.3.101.110)"),
        ("foreign cipher", camellia, "not one that is read here"),
        ("foreign hash", sha1, "not one that is read here"),
        ("too much work", slow, "more work"),
        ("another label", good.replace("ENCRYPTED PRIVATE KEY", "OPENSSH PRIVATE KEY"), "OPENSSH PRIVATE KEY"),
        ("too long", " ".repeat(17_000), "more than 16384 bytes"),
    ];
    for (case, contents, reason) in rows {
        let path = folder.path().join("stranger.pem");
        write_private(&path, contents);
        let error = key_file::open(&path, PASSWORD).unwrap_err();
        assert_eq!(name_of(&error), "NotAKey", "{case}: {error}");
        assert!(error.to_string().contains(reason), "{case}: {error}");
        assert!(error.to_string().contains("stranger.pem"), "{case}: {error}");
    }
    write_private(&plain_path, good);
    let error = key_file::open_unencrypted(&plain_path).unwrap_err();
    assert!(error.to_string().contains("it is encrypted"), "{error}");
    let error = key_file::open(folder.path(), PASSWORD).unwrap_err();
    assert!(error.to_string().contains("no regular file"), "{error}");
    let error = key_file::open(&folder.path().join("nobody.pem"), PASSWORD).unwrap_err();
    assert_eq!(name_of(&error), "NotFound");
}

/// Goal: damage inside the encrypted part never gives another key. Method: exhaustive, one bit of each byte of it.
///
/// The encryption has no checksum: some damage opens to a good-looking key, and the `.pub` file tells. To stay quick
/// the key is one of OpenSSL's with few rounds.
#[test]
fn damage_never_gives_another_key() {
    let folder = TempDir::new().unwrap();
    let (plain, path) = (folder.path().join("plain.pem"), folder.path().join("key.pem"));
    openssl(&["genpkey", "-algorithm", "ed25519", "-out", text(&plain)], b"").unwrap();
    let files = ["-in", text(&plain), "-outform", "DER", "-passout", "stdin", "-iter", "1"];
    let der = openssl(&[&["pkcs8", "-topk8", "-v2", "aes-256-cbc"], &files[..]].concat(), PASSWORD).unwrap();
    fs::set_permissions(&plain, fs::Permissions::from_mode(0o600)).unwrap();
    let public = key_file::open_unencrypted(&plain).unwrap().public();
    fs::write(key_file::public_key_path(&path), format!("{public}\n")).unwrap();

    let write = |der: &[u8]| {
        let pem = pkcs8::SecretDocument::try_from(der).unwrap();
        write_private(&path, pem.to_pem("ENCRYPTED PRIVATE KEY", pkcs8::LineEnding::LF).unwrap().as_bytes());
    };
    write(&der);
    assert_eq!(key_file::open(&path, PASSWORD).unwrap().public(), public);
    let mut caught_by_public_key = 0;
    for place in der.len() - 64..der.len() {
        let mut der = der.clone();
        der[place] ^= 1;
        write(&der);
        let error = key_file::open(&path, PASSWORD).unwrap_err();
        match error {
            KeyFileError::PublicKeyDiffers { expected, found, .. } => {
                assert!(expected.0 == *public.as_bytes() && found != expected);
                caught_by_public_key += 1;
            }
            KeyFileError::WrongPassword { .. } | KeyFileError::NotAKey { .. } => {}
            error => panic!("byte {place}: {error}"),
        }
    }
    assert!(caught_by_public_key > 0, "some damage is invisible to the encryption");
}

#[test]
fn a_wrong_password_is_told() {
    let (_folder, path) = folder();
    for password in ["", "correct hors", "correct horse ", "Correct horse"] {
        let error = key_file::open(&path, password.as_bytes()).unwrap_err();
        assert_eq!(name_of(&error), "WrongPassword", "{password:?}");
    }
}

/// Goal: a wrong password is told as such even when it happens to decrypt to good padding, as one of 256 does.
/// Method: many wrong passwords for a key that is cheap to try.
#[test]
fn many_wrong_passwords_are_told() {
    let folder = TempDir::new().unwrap();
    let (plain, path) = (folder.path().join("plain.pem"), folder.path().join("key.pem"));
    openssl(&["genpkey", "-algorithm", "ed25519", "-out", text(&plain)], b"").unwrap();
    let files = ["-in", text(&plain), "-out", text(&path), "-passout", "stdin", "-iter", "1"];
    openssl(&[&["pkcs8", "-topk8", "-v2", "aes-256-cbc"], &files[..]].concat(), PASSWORD).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
    for number in 0..4_000 {
        let error = key_file::open(&path, format!("wrong {number}").as_bytes()).unwrap_err();
        assert_eq!(name_of(&error), "WrongPassword", "{error}");
    }
    key_file::open(&path, PASSWORD).unwrap();
}

#[test]
fn a_key_that_others_may_use_is_refused() {
    let (_folder, path) = folder();
    for mode in [0o640, 0o620, 0o610, 0o604, 0o602, 0o601, 0o666] {
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
        let error = key_file::open(&path, PASSWORD).unwrap_err();
        assert_eq!(name_of(&error), "PermissionsTooOpen", "{mode:o}");
        assert!(error.to_string().contains(&format!("{mode:o}")), "{error}");
        assert!(error.to_string().contains("chmod 600"), "{error}");
    }
    for mode in [0o600, 0o400] {
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
        key_file::open(&path, PASSWORD).unwrap();
    }
}

#[test]
fn nothing_is_overwritten() {
    let (folder, path) = folder();
    let before = fs::read(&path).unwrap();
    let error = key_file::create(&path, &Seed::generate().unwrap(), PASSWORD).unwrap_err();
    assert_eq!(name_of(&error), "Exists");
    assert_eq!(fs::read(&path).unwrap(), before);

    // A public key left behind, a link to nowhere: in the way as well, and no key appears beside them.
    fs::write(folder.path().join("bob.pub"), "left behind\n").unwrap();
    std::os::unix::fs::symlink(folder.path().join("nowhere"), folder.path().join("carol.pem")).unwrap();
    for name in ["bob.pem", "carol.pem"] {
        let error = key_file::create(&folder.path().join(name), &seed(), PASSWORD).unwrap_err();
        assert_eq!(name_of(&error), "Exists", "{name}");
    }
    assert!(!folder.path().join("bob.pem").exists());
    assert!(!folder.path().join("nowhere").exists());
}

/// Goal: of two that make the same key at once, one wins and the other is told; the winner's files belong together.
#[test]
fn of_two_at_once_one_wins() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("alice.pem");
    let results: Vec<_> = std::thread::scope(|scope| {
        let make = || scope.spawn(|| key_file::create(&path, &Seed::generate().unwrap(), PASSWORD));
        let threads = [make(), make(), make()];
        threads.map(|thread| thread.join().unwrap()).into_iter().collect()
    });
    let won: Vec<_> = results.iter().filter_map(|result| result.as_ref().ok()).collect();
    assert_eq!(won.len(), 1, "{results:?}");
    assert_eq!(key_file::open(&path, PASSWORD).unwrap().public(), *won[0]);
    let lost = results.iter().filter_map(|result| result.as_ref().err());
    assert!(lost.map(name_of).all(|name| name == "Exists"));
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2, "nothing else is left in the folder");
}

#[test]
fn what_can_not_be_stored_leaves_nothing_behind() {
    let folder = TempDir::new().unwrap();
    let error = key_file::create(&folder.path().join("a.pem"), &seed(), b"").unwrap_err();
    assert_eq!(name_of(&error), "EmptyPassword");
    let error = key_file::create(&folder.path().join("none/a.pem"), &seed(), PASSWORD).unwrap_err();
    assert_eq!(name_of(&error), "Io");
    // Long enough that there is room for the key's name, but not for that of its `.pub` file.
    let error = key_file::create(&folder.path().join("n".repeat(253)), &seed(), PASSWORD).unwrap_err();
    assert_eq!(name_of(&error), "Io");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn the_public_key_stands_beside() {
    #[rustfmt::skip]
    let rows = [
        ("a.pem", "a.pub"), ("k/a.b.pem", "k/a.b.pub"), ("a", "a.pub"), ("a.key", "a.key.pub"), ("a.b", "a.b.pub"),
    ];
    for (path, beside) in rows {
        assert_eq!(key_file::public_key_path(Path::new(path)), Path::new(beside));
    }
    let (_folder, path) = folder();
    let beside = key_file::public_key_path(&path);
    fs::write(&beside, "not hex\n").unwrap();
    assert_eq!(name_of(&key_file::public_key(&path).unwrap_err()), "NotAKey");
    assert_eq!(name_of(&key_file::open(&path, PASSWORD).unwrap_err()), "NotAKey");
    fs::remove_file(&beside).unwrap();
    assert_eq!(name_of(&key_file::public_key(&path).unwrap_err()), "NotFound");
    key_file::open(&path, PASSWORD).unwrap();
}
