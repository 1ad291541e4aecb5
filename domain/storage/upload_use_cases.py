"""The use cases of bytes that come in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from domain.storage.alone import Alone
from domain.storage.completed import FindCompleted
from domain.storage.completing import MakeReady, Types
from domain.storage.content_types import ExtensionTypes
from domain.storage.direct_uploads import CancelUpload, CompleteUpload, CreateUpload
from domain.storage.giving_up import GiveUp
from domain.storage.joining import Joined
from domain.storage.receiving import ReceiveDirect, TakeBytes, UploadForm
from domain.storage.resuming import BeginResumable, FindProgress, FinishResumable, Resume
from domain.storage.uploads import BeginUpload, FindUpload

if TYPE_CHECKING:
    from domain.storage.authority import Authority
    from domain.storage.content_types import Recognise
    from domain.storage.objects import ObjectStore
    from domain.storage.ports import OpenStorage
    from domain.storage.upload_addresses import UploadAddresses
    from domain.storage.uploads import UploadLimits

_PATIENCE: Final = 5.0


@dataclass(frozen=True, slots=True)
class UploadUseCases:
    """The ways bytes come in; `give_up` has to be settled before the database closes."""

    form: UploadForm
    create: CreateUpload
    receive: ReceiveDirect
    complete: CompleteUpload
    cancel: CancelUpload
    begin_resumable: BeginResumable
    resume: Resume
    progress: FindProgress
    give_up: GiveUp
    addresses: UploadAddresses
    begin: BeginUpload
    make_ready: MakeReady


def upload_use_cases(
    *,
    open_storage: OpenStorage,
    store: ObjectStore,
    authority: Authority,
    recognise: Recognise,
    addresses: UploadAddresses,
    limits: UploadLimits,
) -> UploadUseCases:
    """Put them together.

    Args:
        open_storage: begins transactions.
        store: keeps bytes.
        authority: says what callers may do.
        recognise: says what bytes look like.
        addresses: are given to clients.
        limits: of each caller.
    """
    extensions = ExtensionTypes()
    types = Types(store, recognise, extensions)
    begin, find = BeginUpload(open_storage, authority, extensions, limits), FindUpload(open_storage)
    make_ready, give_up = MakeReady(open_storage, authority), GiveUp(open_storage, store)
    take, alone = TakeBytes(store, types), Alone(_PATIENCE)
    completed = FindCompleted(open_storage, authority)
    finish = FinishResumable(store, types, make_ready, give_up, completed)
    return UploadUseCases(
        form=UploadForm(begin, take, make_ready, give_up),
        create=CreateUpload(open_storage, store, begin, give_up),
        receive=ReceiveDirect(open_storage, take, give_up),
        complete=CompleteUpload(
            store=store,
            find=find,
            completed=completed,
            types=types,
            make_ready=make_ready,
            give_up=give_up,
            joined=Joined(limits.seconds),
        ),
        cancel=CancelUpload(find, give_up),
        begin_resumable=BeginResumable(open_storage, store, begin, give_up),
        resume=Resume(open_storage=open_storage, store=store, find=find, finish=finish, give_up=give_up, alone=alone),
        progress=FindProgress(find, completed, finish, alone),
        give_up=give_up,
        addresses=addresses,
        begin=begin,
        make_ready=make_ready,
    )
