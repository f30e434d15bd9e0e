//! The founding document as people write it: TOML, handles instead of identifiers, seconds instead of milliseconds.

use std::path::Path;

use serde::{Deserialize, Serialize};
use yaosu_ledger::genesis::{Founder, FoundingValidator, Genesis};
use yaosu_ledger::model::{Enrolment, KeySet, Requirement, Role, RulePack};
use yaosu_ledger::signature::PublicKey;
use yaosu_ledger::{Amount, BasisPoints, Currency, Digest, Duration, Handle, ParticipantId, Text, Timestamp, codec};

use crate::error::NodeError;

/// The document.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GenesisDocument {
    /// The chain's name.
    pub name: Text<64>,
    /// The currency of all amounts.
    pub currency: Currency,
    /// Unix milliseconds that the first block's time is above.
    pub time: u64,
    /// The market's numbers.
    pub rules: RulesDocument,
    /// Who is there.
    pub participants: Vec<ParticipantDocument>,
    /// Who decides.
    pub validators: Vec<ValidatorDocument>,
}

/// The market's numbers. All windows in seconds.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RulesDocument {
    /// How long a registration is open to objections.
    pub notice_seconds: u32,
    /// How long a seller has to deliver.
    pub delivery_seconds: u32,
    /// How long a buyer has to acknowledge.
    pub acknowledgement_seconds: u32,
    /// How long a buyer has to check what the key opens, before the money moves.
    pub settlement_seconds: u32,
    /// How long operators may approve a proposal.
    pub proposal_seconds: u32,
    /// How long from enough approvals until a measure is carried out.
    pub enactment_seconds: u32,
    /// The exchange's share of a price, in hundredths of a percent.
    pub fee_basis_points: u16,
    /// The handle of who receives it.
    pub fee_account: Handle,
    /// How long a seller has to reveal a key, and to open a challenged one.
    pub key_seconds: u32,
    /// How long arbiters have to rule a dispute.
    pub arbitration_seconds: u32,
    /// The least that a seller puts at stake, as a share of the price in hundredths of a percent.
    pub bond_basis_points: u16,
    /// What a buyer puts at stake with a dispute, as a share of the price in hundredths of a percent.
    pub dispute_bond_basis_points: u16,
    /// How long a licensee has from the end of a licence to state that all copies are destroyed.
    #[serde(default = "thirty_days")]
    pub deletion_seconds: u32,
    /// How long a licensee has from being reached by a recall to acknowledge it.
    #[serde(default = "thirty_days")]
    pub recall_seconds: u32,
    /// The longest freeze.
    #[serde(default = "thirty_days")]
    pub freeze_max_seconds: u32,
    /// What listings need: class, grade, kinds; ascending.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub required_attestations: Vec<Requirement>,
    /// How long an offer in a negotiation stands.
    pub negotiation_seconds: u32,
}

/// A participant.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ParticipantDocument {
    /// Unique.
    pub handle: Handle,
    /// In the register of companies.
    pub legal_name: Text<128>,
    /// Its number there.
    pub legal_id: Text<64>,
    /// What it may do.
    pub roles: Vec<Role>,
    /// The keys that act for it.
    pub keys: Vec<PublicKey>,
    /// How many of them must sign.
    #[serde(default = "one")]
    pub threshold: u8,
    /// Where deliveries are sealed to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delivery_key: Option<Digest>,
    /// Handles of related founders.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub related: Vec<Handle>,
    /// The money it begins with, in minor units.
    #[serde(default)]
    pub balance: u64,
}

/// A validator.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ValidatorDocument {
    /// The handle of its operator.
    pub operator: Handle,
    /// The key that signs votes.
    pub consensus_key: PublicKey,
    /// The key of its machine.
    pub network_key: PublicKey,
    /// The weight of its vote.
    #[serde(default = "one_power")]
    pub power: u64,
}

const fn thirty_days() -> u32 {
    30 * 86_400
}

const fn one() -> u8 {
    1
}

const fn one_power() -> u64 {
    1
}

impl GenesisDocument {
    /// The founding document of the ledger.
    #[must_use]
    pub fn genesis(self) -> Genesis {
        let rules = self.rules;
        let rule_pack = RulePack {
            number: 1,
            notice_window: Duration::seconds(rules.notice_seconds),
            delivery_window: Duration::seconds(rules.delivery_seconds),
            acknowledgement_window: Duration::seconds(rules.acknowledgement_seconds),
            settlement_window: Duration::seconds(rules.settlement_seconds),
            proposal_window: Duration::seconds(rules.proposal_seconds),
            enactment_delay: Duration::seconds(rules.enactment_seconds),
            fee: BasisPoints(rules.fee_basis_points),
            fee_account: ParticipantId::of_genesis(rules.fee_account.as_str()),
            key_window: Duration::seconds(rules.key_seconds),
            arbitration_window: Duration::seconds(rules.arbitration_seconds),
            bond: BasisPoints(rules.bond_basis_points),
            dispute_bond: BasisPoints(rules.dispute_bond_basis_points),
            deletion_window: Duration::seconds(rules.deletion_seconds),
            recall_window: Duration::seconds(rules.recall_seconds),
            required_attestations: rules.required_attestations,
            freeze_max: Duration::seconds(rules.freeze_max_seconds),
            negotiation_window: Duration::seconds(rules.negotiation_seconds),
        };
        let participants = self.participants.into_iter().map(ParticipantDocument::founder).collect();
        let validators = self
            .validators
            .into_iter()
            .map(|validator| FoundingValidator {
                operator: validator.operator,
                key: validator.consensus_key,
                power: validator.power,
                network_key: validator.network_key,
            })
            .collect();
        Genesis {
            name: self.name,
            currency: self.currency,
            time: Timestamp(self.time),
            rule_pack,
            participants,
            validators,
        }
    }
}

impl ParticipantDocument {
    fn founder(self) -> Founder {
        let mut keys = self.keys;
        keys.sort_unstable();
        let mut related: Vec<ParticipantId> =
            self.related.iter().map(|handle| ParticipantId::of_genesis(handle.as_str())).collect();
        related.sort_unstable();
        Founder {
            enrolment: Enrolment {
                handle: self.handle,
                legal_name: self.legal_name,
                legal_id: self.legal_id,
                keys: KeySet { keys, threshold: self.threshold },
                delivery_key: self.delivery_key,
                related,
            },
            roles: self.roles.into_iter().collect(),
            balance: Amount(self.balance),
        }
    }
}

/// Reads a founding document in its canonical form.
///
/// # Errors
/// [`NodeError::Genesis`].
pub fn read(path: &Path) -> Result<Genesis, NodeError> {
    let bytes = std::fs::read(path).map_err(|error| NodeError::io("read", path, error))?;
    codec::decode(&bytes).map_err(|error| NodeError::Genesis { path: path.to_owned(), message: error.to_string() })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// A document with nothing left out.
    fn whole() -> String {
        let key = yaosu_ledger::signature::SigningKey::from_seed([1; 32]).public();
        let other = yaosu_ledger::signature::SigningKey::from_seed([2; 32]).public();
        format!(
            r#"
            name = "town"
            currency = "CNY"
            time = 1
            [rules]
            notice_seconds = 315360000
            delivery_seconds = 1
            acknowledgement_seconds = 1
            settlement_seconds = 1
            proposal_seconds = 1
            enactment_seconds = 1
            fee_basis_points = 3000
            fee_account = "exchange"
            key_seconds = 1
            arbitration_seconds = 1
            bond_basis_points = 10000
            dispute_bond_basis_points = 10000
            deletion_seconds = 1
            recall_seconds = 1
            freeze_max_seconds = 315360000
            negotiation_seconds = 1
            [[rules.required_attestations]]
            source_class = "personal"
            grade = "general-2"
            kinds = ["compliance", "de-identification"]
            [[participants]]
            handle = "exchange"
            legal_name = "Exchange"
            legal_id = "1"
            roles = ["operator"]
            keys = ["{key}"]
            threshold = 1
            delivery_key = "{digest}"
            related = ["exchange"]
            balance = 5
            [[validators]]
            operator = "exchange"
            consensus_key = "{key}"
            network_key = "{other}"
            power = 4294967296
            "#,
            digest = "ab".repeat(32),
        )
    }

    /// The paths of all keys, those of a list's tables under the list's.
    fn paths(prefix: &str, table: &toml::Table, found: &mut BTreeSet<String>) {
        for (key, value) in table {
            let path = format!("{prefix}{key}");
            let inner = match value {
                toml::Value::Array(list) => list.iter().filter_map(toml::Value::as_table).collect(),
                other => other.as_table().into_iter().collect::<Vec<_>>(),
            };
            for table in inner {
                paths(&format!("{path}."), table, found);
            }
            found.insert(path);
        }
    }

    /// Goal: the manual has every key of the document, and a document at the limits that it names founds a chain.
    #[test]
    fn the_manual_has_every_key() {
        let document: GenesisDocument = toml::from_str(&whole()).expect("the document is whole");
        let written = toml::Table::try_from(&document).expect("texts and numbers have a form in TOML");
        document.genesis().tip().expect("it founds a chain");
        let mut expected = BTreeSet::new();
        paths("", &written, &mut expected);
        let manual = include_str!("../../docs/operating.md");
        let (_, section) = manual.split_once("\n## The founding document\n").expect("the manual has the section");
        let (section, _) = section.split_once("\n## ").expect("another section follows");
        let documented: BTreeSet<String> = section
            .lines()
            .filter_map(|line| line.strip_prefix("| `")?.split_once("` | "))
            .map(|(key, _)| key.to_owned())
            .collect();
        assert_eq!(documented, expected);
    }

    /// Goal: what the manual says may be left out may be left out, and is what it says then.
    #[test]
    fn defaults_are_those_of_the_manual() {
        let optional = ["deletion_seconds", "recall_seconds", "freeze_max_seconds", "threshold", "delivery_key"];
        let optional = [&optional[..], &["related", "balance", "power"]].concat();
        let short: String = whole()
            .lines()
            .filter(|line| !optional.iter().any(|key| line.trim().starts_with(key)))
            .fold(String::new(), |text, line| text + line + "\n");
        let short = short.split("[[rules.required_attestations]]").collect::<Vec<_>>();
        let (rules, rest) = (short[0], short[1].split_once("[[participants]]").expect("participants").1);
        let document: GenesisDocument =
            toml::from_str(&format!("{rules}[[participants]]{rest}")).expect("what is left out has a default");
        let RulesDocument { deletion_seconds, recall_seconds, freeze_max_seconds, required_attestations, .. } =
            document.rules;
        assert_eq!((deletion_seconds, recall_seconds, freeze_max_seconds), (2_592_000, 2_592_000, 2_592_000));
        assert!(required_attestations.is_empty());
        let participant = &document.participants[0];
        assert_eq!((participant.threshold, participant.delivery_key, participant.balance), (1, None, 0));
        assert!(participant.related.is_empty());
        assert_eq!(document.validators[0].power, 1);
    }
}
