//! Transactions that several must approve: kept in a file between them, as canonical bytes.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use serde::Serialize;
use yaosu_ledger::codec::{self, CodecError};
use yaosu_ledger::signature::SigningKey;
use yaosu_ledger::transaction::{Approval, Envelope, TRANSACTION_BYTES_MAX, Transaction, check_signatures};
use yaosu_ledger::{Handle, ParticipantId};

use crate::{Client, SdkError};

/// What is wrong with a file that should hold a transaction.
#[derive(Debug, thiserror::Error)]
pub enum TransactionFileError {
    /// Reading or writing failed.
    #[error("{}: {source}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// The bytes are no transaction.
    #[error("{} holds no transaction: {source}", path.display())]
    Codec {
        /// The file.
        path: PathBuf,
        /// What is wrong with them.
        source: CodecError,
    },
    /// A signature in it does not belong to its key and the transaction.
    #[error("{} holds a bad signature: the transaction was changed after it was signed", path.display())]
    BadSignature {
        /// The file.
        path: PathBuf,
    },
}

/// A party whose approvals are not complete.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct MissingApproval {
    /// Who.
    pub participant: ParticipantId,
    /// Its handle.
    pub handle: Handle,
    /// Keys that approve.
    pub given: usize,
    /// Keys that must.
    pub needed: u8,
}

/// Adds the approval of a key; once, however often it is asked for.
pub fn approve(transaction: &mut Transaction, key: &SigningKey) {
    let approvals = &mut transaction.approvals;
    let public = key.public();
    if let Err(place) = approvals.binary_search_by_key(&public, |approval| approval.key) {
        approvals.insert(place, Approval::sign(key, &transaction.body.chain, transaction.body.id()));
    }
}

/// Reads a transaction from a file. Each of its signatures was checked; whether they are enough was not.
///
/// # Errors
/// [`TransactionFileError`].
pub fn load(path: &Path) -> Result<Transaction, TransactionFileError> {
    let io = |source| TransactionFileError::Io { path: path.to_owned(), source };
    let length = fs::metadata(path).map_err(io)?.len();
    let limit = TRANSACTION_BYTES_MAX;
    if length > limit as u64 {
        let bytes = usize::try_from(length).unwrap_or(usize::MAX);
        let source = CodecError::TooLong { bytes, limit };
        return Err(TransactionFileError::Codec { path: path.to_owned(), source });
    }
    let bytes = fs::read(path).map_err(io)?;
    let transaction: Transaction =
        codec::decode(&bytes).map_err(|source| TransactionFileError::Codec { path: path.to_owned(), source })?;
    match check_signatures(&[Envelope::new(transaction.clone())]).as_slice() {
        [true] => Ok(transaction),
        _ => Err(TransactionFileError::BadSignature { path: path.to_owned() }),
    }
}

/// Writes a transaction to a file, whole or not at all. A file in its place is replaced.
///
/// # Errors
/// [`TransactionFileError::Io`].
pub fn save(path: &Path, transaction: &Transaction) -> Result<(), TransactionFileError> {
    let io = |source| TransactionFileError::Io { path: path.to_owned(), source };
    let folder = path.parent().filter(|folder| *folder != Path::new("")).unwrap_or(Path::new("."));
    let mut file = tempfile::NamedTempFile::new_in(folder).map_err(io)?;
    file.write_all(&codec::encode(transaction)).map_err(io)?;
    file.as_file().sync_all().map_err(io)?;
    file.persist(path).map_err(|error| io(error.error))?;
    Ok(())
}

impl Client {
    /// Whose approvals a transaction lacks, by the keys and thresholds that the participants have now.
    ///
    /// # Errors
    /// As all calls: [`SdkError`].
    pub async fn missing_approvals(&self, transaction: &Transaction) -> Result<Vec<MissingApproval>, SdkError> {
        let body = &transaction.body;
        let mut parties = vec![body.signer];
        for party in body.action.other_parties() {
            if !parties.contains(&party) {
                parties.push(party);
            }
        }
        let mut missing = Vec::new();
        for party in parties {
            let enrolment = self.participant(&party.to_string()).await?.record.enrolment;
            let keys = enrolment.keys;
            let given = transaction.approvals.iter().filter(|approval| keys.keys.contains(&approval.key)).count();
            if given < usize::from(keys.threshold) {
                let (handle, needed) = (enrolment.handle, keys.threshold);
                missing.push(MissingApproval { participant: party, handle, given, needed });
            }
        }
        Ok(missing)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use yaosu_ledger::transaction::{Action, Body};
    use yaosu_ledger::{Amount, ChainId, Digest, Text};

    fn transaction(keys: &[&SigningKey]) -> Transaction {
        let someone = |byte| ParticipantId(Digest([byte; 32]));
        let action = Action::Pay { to: someone(2), amount: Amount(5), memo: Text::default() };
        let chain = ChainId(Digest([9; 32]));
        Body { chain, signer: someone(1), lane: 0, sequence: 0, valid_until: None, action }.sign(keys)
    }

    /// Goal: approvals that are added one by one give the very bytes that signing together gives, in any order.
    #[test]
    fn approvals_add_up() {
        let keys: Vec<SigningKey> = (1..=4).map(|byte| SigningKey::from_seed([byte; 32])).collect();
        let together = transaction(&keys.iter().collect::<Vec<_>>());
        let mut one_by_one = transaction(&[]);
        for key in keys.iter().rev().chain(&keys) {
            approve(&mut one_by_one, key);
        }
        assert_eq!(one_by_one, together);
    }

    /// Goal: what is read is what was written, and nothing that was changed or is not a transaction is taken.
    #[test]
    fn files_hold_what_was_signed() {
        let folder = tempfile::tempdir().expect("a folder for the test");
        let path = folder.path().join("pay.tx");
        let whole = transaction(&[&SigningKey::from_seed([7; 32])]);
        save(&path, &whole).expect("the folder is there");
        assert_eq!(load(&path).expect("it was just written"), whole);

        let mut changed = whole.clone();
        changed.body.sequence = 1;
        save(&path, &changed).expect("the folder is there");
        assert!(matches!(load(&path), Err(TransactionFileError::BadSignature { .. })));

        fs::write(&path, b"not a transaction").expect("the folder is there");
        assert!(matches!(load(&path), Err(TransactionFileError::Codec { .. })));
        fs::write(&path, vec![0; TRANSACTION_BYTES_MAX + 1]).expect("the folder is there");
        assert!(matches!(load(&path), Err(TransactionFileError::Codec { .. })));
        assert!(matches!(load(&folder.path().join("none")), Err(TransactionFileError::Io { .. })));
    }
}
