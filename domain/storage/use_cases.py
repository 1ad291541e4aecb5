"""What the slice offers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from domain.storage.changing import MoveFile
    from domain.storage.changing_buckets import CreateBucket, DeleteBucket, UpdateBucket
    from domain.storage.changing_rules import DropFileRule, ListFileRules, SetFileRule
    from domain.storage.copying import CopyFile
    from domain.storage.deleting import DeleteFiles, DeleteFolder
    from domain.storage.describing import UpdateFile
    from domain.storage.emptying import EmptyBucket
    from domain.storage.finding_buckets import CountBuckets, FindBucket, ListBuckets, MeasureBuckets
    from domain.storage.listing_files import FindFile, ListFiles, ListFolders
    from domain.storage.measuring import MeasureStorage
    from domain.storage.reading import Reading
    from domain.storage.restoring import ListDeleted, RestoreFile
    from domain.storage.upload_use_cases import UploadUseCases


@dataclass(frozen=True, slots=True)
class StorageUseCases:
    """The use cases of buckets and files."""

    find_file: FindFile
    list_files: ListFiles
    list_folders: ListFolders
    measure_storage: MeasureStorage
    find_bucket: FindBucket
    move_file: MoveFile
    copy_file: CopyFile
    update_file: UpdateFile
    delete_files: DeleteFiles
    delete_folder: DeleteFolder
    restore_file: RestoreFile
    list_deleted: ListDeleted
    list_buckets: ListBuckets
    count_buckets: CountBuckets
    measure_buckets: MeasureBuckets
    create_bucket: CreateBucket
    update_bucket: UpdateBucket
    delete_bucket: DeleteBucket
    empty_bucket: EmptyBucket
    list_file_rules: ListFileRules
    set_file_rule: SetFileRule
    drop_file_rule: DropFileRule
    reading: Reading
    uploads: UploadUseCases
