//! Parquet: the footer declares the columns and counts the rows. The pages themselves are not decoded.

use std::fs::File;
use std::os::unix::fs::FileExt;

use parquet::basic::{ConvertedType, LogicalType, Repetition, Type as PhysicalType};
use parquet::file::metadata::{ParquetMetaData, ParquetMetaDataReader, RowGroupMetaData};
use parquet::schema::types::Type;
use yaosu_ledger::model::{Field, FieldKind, Structure};

use super::Place;
use super::columns::{Fault, check_width, field_name};

/// The largest footer that is read, in bytes: it is held in memory.
const FOOTER_BYTES_MAX: u64 = 64 * 1024 * 1024;

/// The length of the footer and `PAR1`, at the very end.
const TAIL_BYTES: u64 = 8;

pub(super) fn read(file: &File) -> Result<Structure, Fault> {
    let size = file.metadata().map_err(Fault::Io)?.len();
    let footer = footer(file, size)?;
    let metadata = ParquetMetaDataReader::decode_metadata(&footer)
        .map_err(|error| malformed(format!("its footer is damaged ({error})")))?;
    let rows = rows(&metadata, size - TAIL_BYTES - footer.len() as u64)?;
    let columns = metadata.file_metadata().schema().get_fields();
    check_width(columns.len(), Place::File)?;
    let mut fields: Vec<Field> = Vec::with_capacity(columns.len());
    for column in columns {
        let name = field_name(column.name(), Place::File)?;
        if fields.iter().any(|field| field.name == name) {
            return Err(malformed(format!("two columns are named {:?}", name.as_str())));
        }
        fields.push(Field { name, kind: kind(column), nullable: column.is_optional() });
    }
    Ok(Structure { fields, rows })
}

/// Reads the footer by its length. By position: the file is being streamed from its front at the same time.
fn footer(file: &File, size: u64) -> Result<Vec<u8>, Fault> {
    let mut front = [0; 4];
    let mut tail = [0; 8];
    if size < TAIL_BYTES + front.len() as u64 {
        return Err(malformed("the file is too short".to_owned()));
    }
    file.read_exact_at(&mut front, 0).map_err(Fault::Io)?;
    file.read_exact_at(&mut tail, size - TAIL_BYTES).map_err(Fault::Io)?;
    let [l1, l2, l3, l4, magic @ ..] = tail;
    match (&front, &magic) {
        (b"PAR1", b"PAR1") => {}
        (b"PARE", _) | (_, b"PARE") => return Err(malformed("its footer is encrypted".to_owned())),
        (b"PAR1", _) => return Err(malformed("it is cut short: it does not end with PAR1".to_owned())),
        _ => return Err(malformed("it does not begin with PAR1".to_owned())),
    }
    let length = u64::from(u32::from_le_bytes([l1, l2, l3, l4]));
    if length > FOOTER_BYTES_MAX {
        let what = "bytes in the footer";
        return Err(Fault::OverLimit { place: Place::File, what, found: length, limit: FOOTER_BYTES_MAX });
    }
    let start = size
        .checked_sub(TAIL_BYTES + length)
        .ok_or_else(|| malformed(format!("its footer of {length} bytes is longer than the file")))?;
    let mut footer = vec![0; usize::try_from(length).expect("it is below the limit")];
    file.read_exact_at(&mut footer, start).map_err(Fault::Io)?;
    Ok(footer)
}

/// The number of rows, if the row groups agree and lie within the file.
fn rows(metadata: &ParquetMetaData, data_bytes: u64) -> Result<u64, Fault> {
    let declared = metadata.file_metadata().num_rows();
    let counted = metadata.row_groups().iter().try_fold(0_i64, |sum, group| sum.checked_add(group.num_rows()));
    if counted != Some(declared) {
        return Err(malformed(format!("its footer declares {declared} rows, but its row groups have another number")));
    }
    for column in metadata.row_groups().iter().flat_map(RowGroupMetaData::columns) {
        let start = column.dictionary_page_offset().unwrap_or(column.data_page_offset());
        let end = start.checked_add(column.compressed_size()).and_then(|end| u64::try_from(end).ok());
        if start < 0 || column.compressed_size() < 0 || end.is_none_or(|end| end > data_bytes) {
            return Err(malformed(format!("the data of column {} lie outside the file", column.column_path())));
        }
    }
    u64::try_from(declared).map_err(|_| malformed(format!("its footer declares {declared} rows")))
}

/// The kind of a top-level column, by the newer or the older way of declaring it, then by how it is stored.
fn kind(column: &Type) -> FieldKind {
    if column.is_group() || column.get_basic_info().repetition() == Repetition::REPEATED {
        return FieldKind::Any;
    }
    if let Some(logical) = column.get_basic_info().logical_type_ref() {
        return match logical {
            LogicalType::String | LogicalType::Enum | LogicalType::Uuid => FieldKind::String,
            LogicalType::Decimal(_) | LogicalType::Float16 => FieldKind::Number,
            LogicalType::Date => FieldKind::Date,
            LogicalType::Timestamp(_) => FieldKind::Datetime,
            LogicalType::Integer(_) => FieldKind::Integer,
            _ => FieldKind::Any,
        };
    }
    match column.get_basic_info().converted_type() {
        ConvertedType::NONE => match column.get_physical_type() {
            PhysicalType::BOOLEAN => FieldKind::Boolean,
            PhysicalType::INT32 | PhysicalType::INT64 => FieldKind::Integer,
            PhysicalType::INT96 => FieldKind::Datetime,
            PhysicalType::FLOAT | PhysicalType::DOUBLE => FieldKind::Number,
            PhysicalType::BYTE_ARRAY | PhysicalType::FIXED_LEN_BYTE_ARRAY => FieldKind::Any,
        },
        ConvertedType::UTF8 | ConvertedType::ENUM => FieldKind::String,
        ConvertedType::DECIMAL => FieldKind::Number,
        ConvertedType::DATE => FieldKind::Date,
        ConvertedType::TIMESTAMP_MILLIS | ConvertedType::TIMESTAMP_MICROS => FieldKind::Datetime,
        ConvertedType::INT_8
        | ConvertedType::INT_16
        | ConvertedType::INT_32
        | ConvertedType::INT_64
        | ConvertedType::UINT_8
        | ConvertedType::UINT_16
        | ConvertedType::UINT_32
        | ConvertedType::UINT_64 => FieldKind::Integer,
        _ => FieldKind::Any,
    }
}

fn malformed(reason: String) -> Fault {
    Fault::Malformed { place: Place::File, reason }
}
