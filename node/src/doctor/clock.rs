//! The clock: whether something keeps it, and how far it is off where that can be told.

use std::time::Duration;

use tokio::net::UdpSocket;
use tokio::process::Command;
use yaosu_api::NodeStatus;

use super::{Check, Outcome};
use crate::config::Home;
use crate::genesis_document;
use crate::replica_thread::now_ms;

/// How long a time server may take, and the system.
const PATIENCE: Duration = Duration::from_secs(3);

/// Off by less than this a node can't be told from one that is right.
const OFF_MS_GOOD: i64 = 1_000;

/// Nobody votes for a block that is further ahead of their clocks.
const OFF_MS_MAX: i64 = 10_000;

/// Milliseconds from the beginning of NTP's time (1900) to that of Unix (1970).
const NTP_TO_UNIX_MS: i64 = 2_208_988_800_000;

/// Milliseconds of an era of NTP: 2^32 seconds.
const ERA_MS: i64 = (1 << 32) * 1_000;

/// What is known of the clock.
pub async fn checks(home: &Home, status: Option<&NodeStatus>, time_server: Option<&str>) -> Vec<Check> {
    let against_server = match time_server {
        Some(server) => Some(measured(server).await),
        None => None,
    };
    // A server that does not answer says nothing of the clock.
    let measured = against_server.as_ref().is_some_and(|(_, measured)| *measured);
    let mut checks = vec![kept(&says_synchronised().await, time_server.is_some(), measured)];
    let now = i64::try_from(now_ms()).unwrap_or(i64::MAX);
    let of_chain = match status {
        Some(status) => Some(status.time.0),
        None => genesis_document::read(&home.genesis()).ok().map(|genesis| genesis.time.0),
    };
    if let Some(time) = of_chain {
        let ahead = i64::try_from(time).unwrap_or(i64::MAX).saturating_sub(now);
        checks.push(against_chain(ahead));
    }
    checks.extend(against_server.map(|(check, _)| check));
    checks
}

/// The clock against a server's, and whether that told anything.
async fn measured(server: &str) -> (Check, bool) {
    const NAME: &str = "clock against server";
    match offset_ms(server).await {
        Ok(offset) => {
            let side = if offset > 0 { "behind" } else { "ahead" };
            let words = format!("this clock is {side} by {} ms, by {server}", offset.abs());
            (Check::new(NAME, outcome(offset), words), true)
        }
        Err(reason) => (Check::warning(NAME, format!("{server}: {reason}")), false),
    }
}

/// What the system answers when it is asked whether its clock is synchronised: "yes", "no", or nothing.
async fn says_synchronised() -> String {
    let asked =
        Command::new("timedatectl").args(["show", "--property=NTPSynchronized", "--value"]).kill_on_drop(true).output();
    match tokio::time::timeout(PATIENCE, asked).await {
        Ok(Ok(output)) if output.status.success() => String::from_utf8_lossy(&output.stdout).trim().to_owned(),
        _ => String::new(),
    }
}

/// Whether something keeps the clock, by what the system says of it; or a server was asked, which told how far it is off or
/// did not.
fn kept(says: &str, server_was_asked: bool, server_told: bool) -> Check {
    const NAME: &str = "clock";
    const UNKNOWN: &str = "the system does not say whether it is synchronised";
    match says {
        "yes" => Check::ok(NAME, "synchronised"),
        "no" => Check::warning(NAME, "not synchronised; run: timedatectl set-ntp true"),
        _ if server_told => Check::ok(NAME, UNKNOWN),
        _ if server_was_asked => Check::warning(NAME, format!("{UNKNOWN}, nor does the time server")),
        _ => Check::warning(NAME, format!("{UNKNOWN}; ask a time server: yaosu-node doctor --time-server HOST")),
    }
}

/// The chain's time is never ahead of a clock that is right, except by what other clocks are off.
fn against_chain(ahead_ms: i64) -> Check {
    const NAME: &str = "clock against chain";
    if ahead_ms <= 0 {
        return Check::ok(NAME, "not behind the last block that is known here");
    }
    Check::new(NAME, outcome(ahead_ms), format!("this clock is {ahead_ms} ms behind the last block; see to NTP"))
}

fn outcome(off_ms: i64) -> Outcome {
    let off_ms = off_ms.abs();
    if off_ms > OFF_MS_MAX {
        Outcome::Failed
    } else if off_ms > OFF_MS_GOOD {
        Outcome::Warning
    } else {
        Outcome::Ok
    }
}

/// How many milliseconds this clock is behind a server's (RFC 4330), which is a name or address, with a port if it is not
/// 123.
async fn offset_ms(server: &str) -> Result<i64, String> {
    let failed = |error: std::io::Error| error.to_string();
    let address = if server.parse::<std::net::IpAddr>().is_ok() || !server.contains(':') {
        tokio::net::lookup_host((server, 123)).await
    } else {
        return exchange(tokio::net::lookup_host(server).await.map_err(failed)?.next()).await;
    };
    exchange(address.map_err(failed)?.next()).await
}

async fn exchange(address: Option<std::net::SocketAddr>) -> Result<i64, String> {
    let failed = |error: std::io::Error| error.to_string();
    let address = address.ok_or("it has no address")?;
    let any = if address.is_ipv4() { "0.0.0.0:0" } else { "[::]:0" };
    let socket = UdpSocket::bind(any).await.map_err(failed)?;
    socket.connect(address).await.map_err(failed)?;
    // Version 4, from a client. What is in the place of the time comes back, and need not be a time.
    let mut question = [0_u8; 48];
    question[0] = 0x23;
    getrandom::fill(&mut question[40..]).map_err(|error| error.to_string())?;
    let sent = i64::try_from(now_ms()).unwrap_or(i64::MAX);
    socket.send(&question).await.map_err(failed)?;
    let mut answer = [0_u8; 48];
    let length = tokio::time::timeout(PATIENCE, socket.recv(&mut answer))
        .await
        .map_err(|_| format!("no answer within {} s", PATIENCE.as_secs()))?
        .map_err(failed)?;
    let received = i64::try_from(now_ms()).unwrap_or(i64::MAX);
    let stratum = answer[1];
    if length < 48 || answer[0] & 7 != 4 || answer[24..32] != question[40..] || !(1..16).contains(&stratum) {
        return Err("not the answer of a time server that knows the time".into());
    }
    let (arrived, left) = (unix_ms(&answer[32..40]), unix_ms(&answer[40..48]));
    Ok(i64::midpoint(arrived - sent, left - received))
}

/// A time of NTP: seconds and their 2^32nd parts. Until 2036 they count from 1900, then from zero again.
fn unix_ms(bytes: &[u8]) -> i64 {
    let number = |bytes: &[u8]| i64::from(u32::from_be_bytes(bytes.try_into().expect("four bytes")));
    let (seconds, parts) = (number(&bytes[..4]), number(&bytes[4..]));
    let era = if seconds < 1 << 31 { ERA_MS } else { 0 };
    era + seconds * 1_000 + ((parts * 1_000) >> 32) - NTP_TO_UNIX_MS
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Goal: a clock is judged by what the other validators bear.
    #[test]
    fn a_clock_may_be_off_a_little() {
        #[rustfmt::skip]
        let rows = [
            (-3_600_000, Outcome::Ok), (0, Outcome::Ok), (1_000, Outcome::Ok), (1_001, Outcome::Warning),
            (10_000, Outcome::Warning), (10_001, Outcome::Failed), (i64::MAX, Outcome::Failed),
        ];
        for (ahead, expected) in rows {
            assert_eq!(against_chain(ahead).outcome, expected, "{ahead}");
        }
        assert_eq!(outcome(-20_000), Outcome::Failed, "ahead of a server is as bad as behind it");
    }

    /// Goal: a clock of which nobody knows anything is warned of, also where a server was named that does not answer.
    #[tokio::test]
    async fn silence_is_no_good_sign() {
        #[rustfmt::skip]
        let rows = [
            ("yes", false, false, Outcome::Ok),
            ("no",  true,  true,  Outcome::Warning),
            ("",    false, false, Outcome::Warning),
            ("",    true,  false, Outcome::Warning),
            ("",    true,  true,  Outcome::Ok),
        ];
        for (says, asked, told, expected) in rows {
            assert_eq!(kept(says, asked, told).outcome, expected, "{says:?} {asked} {told}");
        }
        // Nobody listens there any more.
        let gone =
            UdpSocket::bind("127.0.0.1:0").await.and_then(|socket| socket.local_addr()).expect("there are free ports");
        let (check, told) = measured(&gone.to_string()).await;
        assert_eq!((check.outcome, told), (Outcome::Warning, false));
    }

    /// Goal: times of both eras are read.
    #[test]
    fn times_of_ntp_are_read() {
        // 2208988800 is 1970; half a second.
        assert_eq!(unix_ms(&[0x83, 0xaa, 0x7e, 0x80, 0x80, 0, 0, 0]), 500);
        // The first second of the second era: 7 February 2036, 06:28:16.
        assert_eq!(unix_ms(&[0; 8]), 2_085_978_496_000);
    }

    /// Goal: how far this clock is off is measured, by whoever answers what was asked and nothing else.
    /// Method: a server whose clock is 100 s ahead; then one that answers another question.
    #[tokio::test]
    async fn a_server_tells_how_far_it_is_off() {
        for honest in [true, false] {
            let server = UdpSocket::bind("127.0.0.1:0").await.expect("there are free ports");
            let address = server.local_addr().expect("it is bound").to_string();
            let task = tokio::spawn(async move {
                let mut question = [0; 48];
                let (_, client) = server.recv_from(&mut question).await.expect("it is asked");
                let mut answer = [0; 48];
                answer[..2].copy_from_slice(&[0x24, 2]);
                answer[24..32].copy_from_slice(&question[40..]);
                answer[24] ^= u8::from(!honest);
                let now = i64::try_from(now_ms()).expect("it fits") + 100_000 + NTP_TO_UNIX_MS;
                let seconds = u32::try_from(now / 1_000).expect("the first era").to_be_bytes();
                let parts = u32::try_from(((now % 1_000) << 32) / 1_000).expect("less than a second").to_be_bytes();
                for place in [32, 40] {
                    answer[place..place + 4].copy_from_slice(&seconds);
                    answer[place + 4..place + 8].copy_from_slice(&parts);
                }
                server.send_to(&answer, client).await.expect("the client is there");
            });
            let offset = offset_ms(&address).await;
            task.await.expect("it answered");
            if honest {
                // As exact as the time that the question took.
                let off = offset.expect("it answered") - 100_000;
                assert!(off.abs() <= 5_000, "{off}");
            } else {
                assert!(offset.is_err(), "{offset:?}");
            }
        }
    }
}
