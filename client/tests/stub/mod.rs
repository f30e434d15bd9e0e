//! A node of a few answers, and the built program against it.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Command, Output};
use std::sync::{Arc, Mutex};
use std::thread;

use yaosu_api::{Problem, ProblemCode};

/// What a path is answered with.
#[derive(Clone)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The body.
    pub body: Vec<u8>,
}

impl Answer {
    /// A good one.
    pub fn json(text: impl Into<String>) -> Self {
        Self { status: 200, body: text.into().into_bytes() }
    }

    /// One that says what is wrong.
    pub fn problem(problem: &Problem) -> Self {
        Self { status: problem.status, body: serde_json::to_vec(problem).expect("a problem has a JSON form") }
    }
}

/// A node of a few answers, which keeps what was posted to it.
pub struct Stub {
    /// Where it listens.
    pub address: String,
    /// What was posted to it.
    pub posted: Arc<Mutex<Vec<Vec<u8>>>>,
}

impl Stub {
    /// Answers by method and path without query; `*` is any last part; anything else is not found. With a language behind the
    /// path, only to who asks in it.
    pub fn start(answers: impl IntoIterator<Item = (String, Answer)>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port of the system's choice");
        let address = format!("http://{}", listener.local_addr().expect("it is bound"));
        let posted = Arc::new(Mutex::new(Vec::new()));
        let (answers, kept): (BTreeMap<String, Answer>, _) = (answers.into_iter().collect(), Arc::clone(&posted));
        // Ends with the process of the test.
        thread::spawn(move || {
            for connection in listener.incoming().flatten() {
                // The other side may hang up at any time: that is what is tested, not this.
                let _ = serve(connection, &answers, &kept);
            }
        });
        Self { address, posted }
    }
}

fn serve(
    mut connection: TcpStream,
    answers: &BTreeMap<String, Answer>,
    posted: &Mutex<Vec<Vec<u8>>>,
) -> std::io::Result<()> {
    let mut reader = BufReader::new(connection.try_clone()?);
    let mut first = String::new();
    reader.read_line(&mut first)?;
    let (mut length, mut language) = (0, String::new());
    loop {
        let mut header = String::new();
        reader.read_line(&mut header)?;
        if header.trim().is_empty() {
            break;
        }
        if let Some(value) = header.to_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().expect("a length is a number");
        }
        if let Some(value) = header.to_lowercase().strip_prefix("accept-language:") {
            value.trim().clone_into(&mut language);
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    if first.starts_with("POST") {
        posted.lock().expect("nobody panics with it").push(body);
    }
    let mut words = first.split_whitespace();
    let method = words.next().unwrap_or_default();
    let path = words.next().unwrap_or_default().split('?').next().unwrap_or_default();
    let not_found = Answer::problem(&Problem::new(ProblemCode::NotFound, format!("no {path} here")));
    let folder = path.rsplit_once('/').map_or(path, |(folder, _)| folder);
    let Answer { status, body } = answers
        .get(&format!("{method} {path} {language}"))
        .or_else(|| answers.get(&format!("{method} {path}")))
        .or_else(|| answers.get(&format!("{method} {folder}/*")))
        .unwrap_or(&not_found);
    write!(connection, "HTTP/1.1 {status} X\r\ncontent-length: {}\r\nconnection: close\r\n\r\n", body.len())?;
    connection.write_all(body)
}

/// Runs the program with this home folder, against this node.
pub fn yaosu(home: &Path, node: &str, words: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_yaosu"))
        .args(words)
        .env_clear()
        .env("YAOSU_HOME", home)
        .env("YAOSU_NODE", node)
        .output()
        .expect("the program was built")
}

/// What it said on standard error.
pub fn error_of(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}
