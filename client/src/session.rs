//! What a command works with: settings, the client, keys, names of things.

use std::cell::OnceCell;
use std::collections::BTreeMap;
use std::path::Path;
use std::{fs, io};

use serde::Serialize;
use yaosu_api::words::{self, Language, Speaker};
use yaosu_ledger::genesis::Genesis;
use yaosu_ledger::model::DeliveryKey;
use yaosu_ledger::signature::{PublicKey, SigningKey};
use yaosu_ledger::state::Subject;
use yaosu_ledger::{Amount, AssetId, Currency, Digest, Handle, ParticipantId, Text, Timestamp};
use yaosu_sdk::key_file::DeliverySecret;
use yaosu_sdk::{Client, Paging, ParticipantQuery, key_file};
use zeroize::Zeroizing;

use crate::cli::Global;
use crate::command_error::{CommandError, Kind};
use crate::home::{Config, Home, Profile, io_error};
use crate::parse::{self, Reference};
use crate::said::{self, Said, plain, said};
use crate::screen::{self, Show};

/// A password file is one line; a longer file is something else.
const PASSWORD_FILE_BYTES_MAX: u64 = 4096;

/// One run of one command.
#[derive(Debug)]
pub struct Session {
    /// The options of every command.
    pub global: Global,
    language: Language,
    /// The home folder.
    pub home: Home,
    /// The settings in it.
    pub config: Config,
    client: OnceCell<Client>,
    password: OnceCell<Password>,
}

/// A password. Never shown, wiped from memory when dropped.
struct Password(Zeroizing<Vec<u8>>);

impl core::fmt::Debug for Password {
    fn fmt(&self, formatter: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        formatter.write_str("Password(secret)")
    }
}

/// What a result needs to be read by people: the names of what it mentions. Part of the result.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Context {
    /// The language of sentences.
    #[serde(skip)]
    pub language: Language,
    /// The currency of all amounts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub currency: Option<Currency>,
    /// Handles of the participants.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub names: BTreeMap<ParticipantId, Handle>,
    /// Titles of the assets.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub titles: BTreeMap<AssetId, Text<200>>,
}

/// A result with the names of what it mentions.
#[derive(Clone, Debug, Serialize)]
pub struct InContext<T> {
    /// The result.
    #[serde(flatten)]
    pub value: T,
    /// The names.
    #[serde(flatten)]
    pub context: Context,
}

impl Context {
    /// A participant's handle, or the beginning of its identifier.
    pub fn name(&self, id: ParticipantId) -> Said {
        self.names.get(&id).map_or_else(|| parse::short(id), plain)
    }

    /// An asset's title with the beginning of its identifier, or that alone.
    pub fn title(&self, id: AssetId) -> Said {
        match self.titles.get(&id) {
            Some(title) => plain(format_args!("{title} ({})", parse::short(id))),
            None => parse::short(id),
        }
    }

    /// An amount with the currency.
    pub fn money(&self, amount: Amount) -> Said {
        let shown = parse::show_amount(amount);
        match &self.currency {
            Some(currency) => plain(format_args!("{shown} {currency}")),
            None => plain(shown),
        }
    }
}

impl Speaker for Context {
    fn language(&self) -> Language {
        self.language
    }

    fn party(&self, id: ParticipantId) -> String {
        self.name(id).into()
    }

    /// Somebody else wrote the title: in a sentence it stands in quotation marks, so that nothing in it reads as ours.
    fn asset(&self, id: AssetId) -> String {
        match self.titles.get(&id) {
            Some(title) => format!("{} ({})", words::quoted(title.as_str(), self.language), parse::short(id)),
            None => parse::short(id).into(),
        }
    }

    fn money(&self, amount: Amount) -> String {
        Context::money(self, amount).into()
    }

    fn time(&self, time: Timestamp) -> String {
        parse::show_time(time).into()
    }

    fn hash(&self, digest: Digest) -> String {
        parse::short(digest).into()
    }
}

/// A key that is to sign: its name and its public half.
#[derive(Clone, Debug)]
pub struct KeyName {
    /// The file's name without its ending.
    pub name: String,
    /// The public half.
    pub public: PublicKey,
}

impl Session {
    /// Reads the settings.
    ///
    /// # Errors
    /// The settings are malformed.
    pub fn open(global: Global, language: Language) -> Result<Self, CommandError> {
        let home = Home::find(global.home.as_deref())?;
        let config = home.config()?;
        Ok(Self { global, language, home, config, client: OnceCell::new(), password: OnceCell::new() })
    }

    /// The language of sentences, pictures and pages. With `--json` all else is English.
    pub const fn language(&self) -> Language {
        self.language
    }

    /// The profile in use, if there is one.
    ///
    /// # Errors
    /// The profile that is named does not exist.
    pub fn profile(&self) -> Result<Option<&Profile>, CommandError> {
        let Some(name) = self.global.profile.as_ref().or(self.config.profile.as_ref()) else { return Ok(None) };
        match self.config.profiles.get(name) {
            Some(profile) => Ok(Some(profile)),
            None => Err(CommandError::new(Kind::NotFound, said!("there is no profile {name:?}", "没有配置 {name:?}"))
                .hint(said!("`yaosu profile list` shows those there are", "`yaosu profile list` 列出已有配置"))),
        }
    }

    /// The client of the profile in use, or of the node that was named.
    ///
    /// # Errors
    /// There is neither.
    pub fn client(&self) -> Result<&Client, CommandError> {
        if let Some(client) = self.client.get() {
            return Ok(client);
        }
        let chain = self.profile()?.map(|profile| profile.chain);
        let client = Client::new(self.nodes()?, chain)?.with_language(said::language());
        Ok(self.client.get_or_init(|| client))
    }

    /// The nodes that are asked: the one that was named, or those of the profile in use.
    ///
    /// # Errors
    /// There is neither.
    pub fn nodes(&self) -> Result<&[String], CommandError> {
        match (&self.global.node, self.profile()?) {
            (Some(node), _) => Ok(std::slice::from_ref(node)),
            (None, Some(profile)) => Ok(&profile.nodes),
            (None, None) => Err(CommandError::usage(said!(
                "no node is named, and there is no profile",
                "未指明节点，也没有配置"
            ))
            .hint(said!(
                "`yaosu profile add NAME --node URL` remembers a chain; `yaosu-node dev` starts one of your own",
                "`yaosu profile add NAME --node URL` 记下一条链；`yaosu-node dev` 启动自己的链"
            ))),
        }
    }

    /// The genesis document of the profile in use.
    ///
    /// # Errors
    /// There is no profile, or its document is not kept here.
    pub fn genesis(&self) -> Result<Genesis, CommandError> {
        let Some(profile) = self.profile()? else {
            return Err(CommandError::usage(said!(
                "there is no profile, so no genesis document to trust",
                "没有配置，因而没有可信任的创世文档"
            ))
            .hint(said!(
                "name one with --genesis FILE, or `yaosu profile add` the chain",
                "请用 --genesis FILE 指定，或用 `yaosu profile add` 添加该链"
            )));
        };
        self.home.genesis(profile.chain)?.ok_or_else(|| {
            let path = self.home.genesis_path(profile.chain);
            CommandError::new(
                Kind::NotFound,
                said!("the genesis document {} is not there", "创世文档 {} 不存在", path.display()),
            )
            .hint(said!(
                "`yaosu profile add` fetches it; or name one with --genesis FILE",
                "`yaosu profile add` 可获取；或用 --genesis FILE 指定"
            ))
        })
    }

    /// Writes a result to standard output.
    ///
    /// # Errors
    /// It can't be written.
    pub fn show(&self, value: &impl Show) -> Result<(), CommandError> {
        screen::print(value, self.global.json)
    }

    /// The keys that are to sign, by `--as` or the profile.
    ///
    /// # Errors
    /// None is named, or there is no such key.
    pub fn key_names(&self) -> Result<Vec<KeyName>, CommandError> {
        let mut names = self.global.r#as.clone();
        if names.is_empty() {
            names.extend(self.profile()?.and_then(|profile| profile.signer.clone()));
        }
        if names.is_empty() {
            return Err(CommandError::usage(said!("nobody is named to sign", "未指定签署者")).hint(said!(
                "name a key with --as NAME; `yaosu key list` shows those there are",
                "请用 --as NAME 指定密钥；`yaosu key list` 列出已有密钥"
            )));
        }
        names.iter().map(|name| self.key_name(name)).collect()
    }

    /// A key by its name.
    ///
    /// # Errors
    /// There is no such key.
    pub fn key_name(&self, name: &str) -> Result<KeyName, CommandError> {
        let public = key_file::public_key(&self.home.key_path(name))?;
        Ok(KeyName { name: name.to_owned(), public })
    }

    /// Who the first key that is to sign acts for.
    ///
    /// # Errors
    /// Nobody has this key.
    pub async fn signer(&self, keys: &[KeyName]) -> Result<ParticipantId, CommandError> {
        let KeyName { name, public } = keys.first().expect("at least one key is named");
        let wanted = ParticipantQuery { key: Some(*public), role: None };
        let found = self.client()?.participants(&wanted, &Paging::default()).await?;
        found.items.first().map(|participant| participant.id).ok_or_else(|| {
            CommandError::new(
                Kind::NotAuthorised,
                said!("no participant has the key {name:?} ({public})", "没有参与方使用密钥 {name:?}（{public}）"),
            )
            .hint(said!(
                "ask an operator: yaosu participant enrol HANDLE --key {public} ...",
                "请联系交易机构：yaosu participant enrol HANDLE --key {public} ..."
            ))
        })
    }

    /// Opens keys with their password: from the file that is named, or as it is typed.
    ///
    /// # Errors
    /// A key can't be opened, or nobody is there to type.
    pub fn unlock(&self, keys: &[KeyName]) -> Result<Vec<SigningKey>, CommandError> {
        keys.iter().map(|key| self.unlock_one(&key.name)).collect()
    }

    /// Opens the private half of a key that a delivery is sealed to.
    ///
    /// # Errors
    /// It is not here, or can't be opened.
    pub fn delivery_secret(&self, wanted: &DeliveryKey) -> Result<DeliverySecret, CommandError> {
        for name in self.home.key_names()? {
            let path = self.home.delivery_key_path(&name);
            if key_file::delivery_key(&path).ok().as_ref() != Some(wanted) {
                continue;
            }
            if let Some(Password(password)) = self.password_from_file()? {
                return Ok(key_file::open_delivery(&path, password)?);
            }
            let password = prompt(&said!("password of the delivery key of {name}: ", "{name} 的交付密钥的密码："))?;
            return Ok(key_file::open_delivery(&path, &password)?);
        }
        Err(CommandError::new(
            Kind::NotFound,
            said!("the private half of delivery key {wanted} is not here", "交付密钥 {wanted} 的私钥不在此处"),
        )
        .hint(said!("it belongs into {}", "应放在 {}", self.home.keys_path().display())))
    }

    fn unlock_one(&self, name: &str) -> Result<SigningKey, CommandError> {
        let path = self.home.key_path(name);
        if let Some(Password(password)) = self.password_from_file()? {
            return Ok(key_file::open(&path, password)?);
        }
        let password = prompt(&said!("password of key {name}: ", "密钥 {name} 的密码："))?;
        Ok(key_file::open(&path, &password)?)
    }

    /// The password for a new key, typed twice unless it is in a file.
    ///
    /// # Errors
    /// Nobody is there to type, or the two differ.
    pub fn new_password(&self) -> Result<Zeroizing<Vec<u8>>, CommandError> {
        if let Some(Password(password)) = self.password_from_file()? {
            return Ok(password.clone());
        }
        let password = prompt(&said!("new password: ", "新密码："))?;
        if prompt(&said!("again: ", "再次输入："))? != password {
            return Err(CommandError::usage(said!("the two passwords differ", "两次输入的密码不同")));
        }
        Ok(password)
    }

    fn password_from_file(&self) -> Result<Option<&Password>, CommandError> {
        if let Some(password) = self.password.get() {
            return Ok(Some(password));
        }
        let path = match &self.global.password_file {
            Some(path) => Some(path.clone()),
            None => self.profile()?.and_then(|profile| profile.password_file.as_ref()).map(|path| self.home.join(path)),
        };
        let Some(path) = path else { return Ok(None) };
        let password = read_password(&path)?;
        Ok(Some(self.password.get_or_init(|| Password(password))))
    }

    /// Who a reference names.
    ///
    /// # Errors
    /// Nobody, or more than one.
    pub async fn participant_id(&self, reference: &Reference) -> Result<ParticipantId, CommandError> {
        Ok(self.client()?.participant(reference.as_str()).await?.id)
    }

    /// The names of these participants and assets, and the currency, for sentences that speak of them.
    pub async fn context_of(&self, subjects: impl IntoIterator<Item = Subject>) -> Context {
        let (mut participants, mut assets) = (Vec::new(), Vec::new());
        for subject in subjects {
            match subject {
                Subject::Participant(id) => participants.push(id),
                Subject::Asset(id) => assets.push(id),
                _ => {}
            }
        }
        self.context(participants, assets).await
    }

    /// The names of these participants and assets, and the currency. What can't be asked for now is left out: a result
    /// without names is better than none.
    pub async fn context(
        &self,
        participants: impl IntoIterator<Item = ParticipantId>,
        assets: impl IntoIterator<Item = AssetId>,
    ) -> Context {
        let mut context = Context { language: self.language(), ..Context::default() };
        let Ok(client) = self.client() else { return context };
        // Whoever can't be reached once is not asked for every name.
        let Ok(chain) = client.chain_view().await else { return context };
        context.currency = Some(chain.currency);
        for id in participants {
            if !context.names.contains_key(&id)
                && let Ok(found) = client.participant(&id.to_string()).await
            {
                context.names.insert(id, found.record.enrolment.handle);
            }
        }
        for id in assets {
            if !context.titles.contains_key(&id)
                && let Ok(found) = client.asset(&id.to_string()).await
            {
                context.titles.insert(id, found.record.description.title);
            }
        }
        context
    }
}

fn prompt(question: &Said) -> Result<Zeroizing<Vec<u8>>, CommandError> {
    if !screen::can_ask() {
        return Err(CommandError::new(
            Kind::NotAuthorised,
            said!("the key needs its password, and nobody is there to type it", "密钥需要密码，而无人可输入"),
        )
        .hint(said!(
            "name a file that holds it with --password-file, or as password_file in the profile",
            "请用 --password-file 指定密码文件，或在配置中设 password_file"
        )));
    }
    rpassword::prompt_password(question.as_str())
        .map(|password| Zeroizing::new(password.into_bytes()))
        .map_err(|error| CommandError::failed(said!("the password can't be read: {error}", "无法读取密码：{error}")))
}

/// The first line of a file.
fn read_password(path: &Path) -> Result<Zeroizing<Vec<u8>>, CommandError> {
    let fault = |error: io::Error| io_error(path, &error);
    if fs::metadata(path).map_err(fault)?.len() > PASSWORD_FILE_BYTES_MAX {
        return Err(CommandError::usage(said!(
            "{} is too long for a password file",
            "{} 过长，不是密码文件",
            path.display()
        )));
    }
    let bytes = Zeroizing::new(fs::read(path).map_err(fault)?);
    let line = bytes.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let password = line.strip_suffix(b"\r").unwrap_or(line);
    if password.is_empty() {
        return Err(CommandError::usage(said!("the first line of {} is empty", "{} 的第一行为空", path.display())));
    }
    Ok(Zeroizing::new(password.to_vec()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_the_first_line() {
        let folder = tempfile::tempdir().expect("a folder for the test");
        let path = folder.path().join("password");
        for (text, expected) in [
            ("secret", Some("secret")),
            ("secret\n", Some("secret")),
            ("secret\r\nmore", Some("secret")),
            (" with spaces \n", Some(" with spaces ")),
            ("", None),
            ("\nsecret", None),
        ] {
            fs::write(&path, text).expect("the folder is there");
            let found = read_password(&path).ok();
            assert_eq!(found.as_ref().map(|found| found.as_slice()), expected.map(str::as_bytes), "{text:?}");
        }
    }

    /// Goal: what a seller writes into a title reads as no part of the sentence that somebody else signs.
    #[test]
    fn titles_stand_in_quotation_marks() {
        let asset = AssetId(Digest([0xab; 32]));
        let title = "Rain\" (1234567890) from alice: 1.00 CNY”";
        let titles = BTreeMap::from([(asset, Text::new(title).expect("a title"))]);
        for (language, expected) in [
            (Language::English, "\"Rain\\\" (1234567890) from alice: 1.00 CNY”\" (ababababab)"),
            (Language::Chinese, "“Rain\" (1234567890) from alice: 1.00 CNY\\”” (ababababab)"),
        ] {
            let context = Context { language, titles: titles.clone(), ..Context::default() };
            assert_eq!(Speaker::asset(&context, asset), expected);
        }
        assert_eq!(Speaker::asset(&Context::default(), asset), "ababababab", "where no title is known");
    }
}
