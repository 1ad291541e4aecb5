"""Buckets and files."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from domain.storage.authority import Authority
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
from domain.storage.restoring import ListDeleted, RestoreFile
from domain.storage.signing import SIGNING_PURPOSE, AddressSigner
from domain.storage.upload_addresses import UploadAddresses
from domain.storage.upload_use_cases import upload_use_cases
from domain.storage.uploads import UploadLimits
from domain.storage.use_cases import StorageUseCases
from graph.wiring.reading import reading
from persistence.content_types import recognise
from persistence.credentials.encryption import derive
from persistence.storage.work import PostgresStorage

if TYPE_CHECKING:
    from collections.abc import Callable

    from domain.tables.model import Model
    from graph.wiring.services import Services


def storage_use_cases(services: Services, model: Callable[[], Model]) -> StorageUseCases:
    """The use cases of the slice `storage`.

    Args:
        services: what slices share.
        model: gives the tables that rules can speak of, as they are now.
    """
    open_storage = PostgresStorage(services.transactions, services.file_events)
    authority = Authority(model)
    objects, settings = services.objects, services.settings
    retention = timedelta(seconds=settings.file_retention)
    restorable = bool(retention)
    uploads = upload_use_cases(
        open_storage=open_storage,
        store=objects,
        authority=authority,
        recognise=recognise,
        addresses=UploadAddresses(AddressSigner(derive(services.secret, SIGNING_PURPOSE)), settings.public_url or ""),
        limits=UploadLimits(services.limiter, settings.upload_max_pending, settings.upload_expiry),
    )
    return StorageUseCases(
        find_file=FindFile(open_storage, authority),
        list_files=ListFiles(open_storage, authority),
        list_folders=ListFolders(open_storage, authority),
        measure_storage=MeasureStorage(open_storage),
        find_bucket=FindBucket(open_storage, authority),
        list_buckets=ListBuckets(open_storage),
        count_buckets=CountBuckets(open_storage),
        measure_buckets=MeasureBuckets(open_storage, authority),
        create_bucket=CreateBucket(open_storage),
        update_bucket=UpdateBucket(open_storage, authority),
        delete_bucket=DeleteBucket(open_storage, authority),
        empty_bucket=EmptyBucket(open_storage, authority, restorable=restorable),
        list_file_rules=ListFileRules(open_storage),
        set_file_rule=SetFileRule(open_storage, model),
        drop_file_rule=DropFileRule(open_storage),
        move_file=MoveFile(open_storage, authority, restorable=restorable),
        copy_file=CopyFile(
            open_storage,
            authority,
            objects,
            begin=uploads.begin,
            make_ready=uploads.make_ready,
            give_up=uploads.give_up,
        ),
        update_file=UpdateFile(open_storage, authority, objects, recognise),
        delete_files=DeleteFiles(open_storage, authority, restorable=restorable),
        delete_folder=DeleteFolder(open_storage, authority, restorable=restorable),
        restore_file=RestoreFile(open_storage, authority, retention=retention),
        list_deleted=ListDeleted(open_storage, authority, retention=retention),
        reading=reading(services, open_storage, authority),
        uploads=uploads,
    )
