//! What the SDK says is wrong, in the language of this run: the SDK itself speaks English, for programs. What a system or a
//! parser says in it stays as they say it.

use yaosu_sdk::certificate::ClaimsError;
use yaosu_sdk::content::{ContentError, Fingerprint, Place};
use yaosu_sdk::data_package::DataPackageError;
use yaosu_sdk::delivery::DeliveryError;
use yaosu_sdk::key_file::KeyFileError;
use yaosu_sdk::sample_file::SampleError;
use yaosu_sdk::{SdkError, TransactionFileError};

use crate::said::{Said, plain, said, told};

/// Of a call to a node.
pub fn sdk(error: &SdkError) -> Said {
    match error {
        SdkError::Url { url, reason } => told!(error, "{url:?} 不是节点地址：{reason}"),
        SdkError::Unreachable(attempts) => {
            let each: Vec<String> = attempts.iter().map(|one| format!("{}：{}", one.node, one.reason)).collect();
            told!(error, "无法连接节点：{}", each.join("；"))
        }
        SdkError::Problem(problem) => plain(&problem.detail),
        SdkError::Timeout { id, waited } => {
            told!(error, "交易 {id} 在 {} 毫秒内未写入账本，此后仍可能写入", waited.as_millis())
        }
        SdkError::Forgotten(id) => told!(error, "该节点不知道交易 {id}"),
        SdkError::Answer { url, reason } => told!(error, "{url} 的应答无法理解：{reason}"),
        SdkError::OtherChain { expected, found } => told!(error, "该节点属于链 {found}，应为链 {expected}"),
        SdkError::Random(source) => told!(error, "没有随机数：{source}"),
        SdkError::Text(source) => told!(error, "文字不合要求：{source}"),
        SdkError::Clock => told!(error, "本机时钟不可用"),
    }
}

/// Of a key's file.
pub fn key_file(error: &KeyFileError) -> Said {
    match error {
        KeyFileError::NotFound { path } => told!(error, "没有密钥文件 {}", path.display()),
        KeyFileError::PermissionsTooOpen { path, mode } => {
            told!(error, "他人可使用 {0}（权限 {mode:03o}）：请执行 `chmod 600 {0}`", path.display())
        }
        KeyFileError::WrongPassword { path } => told!(error, "该密码不能打开 {}", path.display()),
        KeyFileError::EmptyPassword => told!(error, "密码为空"),
        KeyFileError::NotEncrypted { path } => told!(
            error,
            "{0} 中的密钥未加密：请执行 `openssl pkcs8 -topk8 -v2 aes-256-cbc -in {0} -out NEW.pem`",
            path.display()
        ),
        KeyFileError::NotAKey { path, algorithm, reason } => {
            told!(error, "{} 不是 {algorithm} 密钥文件：{reason}", path.display())
        }
        KeyFileError::PublicKeyDiffers { path, expected, found } => {
            told!(error, "{} 中密钥的公钥为 {found}，旁边的文件记为 {expected}", path.display())
        }
        KeyFileError::Exists { path } => told!(error, "{} 已存在，密钥从不覆盖", path.display()),
        KeyFileError::Random(source) => told!(error, "系统不提供随机数：{source}"),
        KeyFileError::Io { path, source } => told!(error, "{}：{source}", path.display()),
    }
}

/// Of a transaction's file.
pub fn transaction_file(error: &TransactionFileError) -> Said {
    match error {
        TransactionFileError::Io { path, source } => told!(error, "{}：{source}", path.display()),
        TransactionFileError::Codec { path, source } => told!(error, "{} 中没有交易：{source}", path.display()),
        TransactionFileError::BadSignature { path } => {
            told!(error, "{} 中有无效签名：交易在签署后被改动", path.display())
        }
    }
}

fn place_of(place: &Place) -> String {
    match place {
        Place::Line(line) => format!("，第 {line} 行"),
        Place::Row { row, line } => format!("，第 {row} 条（第 {line} 行）"),
        Place::File => String::new(),
    }
}

fn fingerprint(Fingerprint { content_root, size_bytes }: &Fingerprint) -> Said {
    said!("{content_root} ({size_bytes} bytes)", "{content_root}（{size_bytes} 字节）")
}

/// Of a file's content.
pub fn content(error: &ContentError) -> Said {
    match error {
        ContentError::NotFound { path } => told!(error, "没有文件 {}", path.display()),
        ContentError::NotAFile { path } => told!(error, "{} 不是普通文件", path.display()),
        ContentError::ChangedWhileReading { path } => {
            told!(error, "{} 在读取时被改动：请在无程序写入时重试", path.display())
        }
        ContentError::Malformed { path, format, place, reason } => {
            told!(error, "{}{}：不是合格的 {format}：{reason}", path.display(), place_of(place))
        }
        ContentError::OverLimit { path, place, what, found, limit, .. } => {
            told!(error, "{}{}：{what}：{found}，上限为 {limit}", path.display(), place_of(place))
        }
        ContentError::NameAndBytesDiffer { path, format, found } => {
            told!(error, "{} 的名称表示 {format}，而字节为 {found}", path.display())
        }
        ContentError::Differs { path, expected, found } => {
            let (expected, found) = (fingerprint(expected), fingerprint(found));
            told!(error, "{} 不是应有的内容：应为 {expected}，实为 {found}", path.display())
        }
        ContentError::Io { path, source } => told!(error, "{}：{source}", path.display()),
    }
}

/// Of a delivery.
pub fn delivery(error: &DeliveryError) -> Said {
    match error {
        DeliveryError::Content(source) => content(source),
        DeliveryError::Location { location } => {
            told!(error, "{location:?} 不是存放处的地址：应为 file://、http://、https:// 或 s3://")
        }
        DeliveryError::Length { what, expected, found } => {
            told!(error, "{what} 有 {found} 字节，应为 {expected} 字节")
        }
        DeliveryError::Depot { location, reason } => told!(error, "{location}：{reason}"),
        DeliveryError::Recipient { key } => told!(error, "{key} 不是可用于密封交付的 X25519 密钥"),
        DeliveryError::Unopened { what, reason } => told!(error, "{what} 无法开启：{reason}"),
        DeliveryError::Random(source) => told!(error, "系统不提供随机数：{source}"),
        DeliveryError::Exists { path } => told!(error, "{} 已存在", path.display()),
        DeliveryError::Unpackable { path, reason } => told!(error, "{} 无法打包：{reason}", path.display()),
        DeliveryError::Archive { entry, reason } => told!(error, "{} 无法解包：{reason}", entry.display()),
        DeliveryError::Changed { path } => told!(error, "{} 中的内容与签收时不再一致", path.display()),
        DeliveryError::Io { path, source } => told!(error, "{}：{source}", path.display()),
    }
}

/// Of a data package.
pub fn data_package(error: &DataPackageError) -> Said {
    match error {
        DataPackageError::Io { path, source } => told!(error, "{}：{source}", path.display()),
        DataPackageError::TooLong { path } => told!(error, "{} 过长，不是数据包描述文件", path.display()),
        DataPackageError::Malformed { path, source } => told!(error, "{} 不是数据包：{source}", path.display()),
    }
}

/// Of samples.
pub fn sample(error: &SampleError) -> Said {
    match error {
        SampleError::Content(source) => delivery(source),
        SampleError::Other { path, registered } => {
            told!(error, "{} 不是登记的内容：{}", path.display(), fingerprint(registered))
        }
        SampleError::Range { wanted, chunks } => {
            told!(
                error,
                "没有可展示的第 {} 至 {} 块：内容共 {chunks} 块，单个样例的块数也有上限",
                wanted.start,
                wanted.end
            )
        }
        SampleError::Io { path, source } => told!(error, "{}：{source}", path.display()),
        SampleError::Malformed { path, reason } => told!(error, "{} 中没有样例：{reason}", path.display()),
    }
}

/// Of what a certificate is made from.
pub fn claims(error: &ClaimsError) -> Said {
    match error {
        ClaimsError::Count => {
            told!(error, "证书须有许可、其数据资产、双方、签发的交易机构（如由其签发）及一笔交易的存证")
        }
        ClaimsError::Other { place, what } => told!(error, "第 {place} 份存证不是 {what} 的存证"),
        ClaimsError::Chain => told!(error, "存证不属于同一条链"),
        ClaimsError::Issuer { key } => told!(error, "依此存证，密钥 {key} 既不属于许可方，也不属于正常的交易机构"),
        ClaimsError::Inexact(value) => told!(error, "{value}"),
    }
}
