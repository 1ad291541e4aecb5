"""What the outer face may ask of accounts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from domain.accounts.changing_password import ChangePassword
    from domain.accounts.deleting import DeleteMe
    from domain.accounts.ending import ListSessions, LogOut, LogOutEverywhere, RevokeSession
    from domain.accounts.profiles import FindMe, UpdateMe
    from domain.accounts.refreshing import RefreshSession
    from domain.accounts.registering import Register
    from domain.accounts.resetting import RequestPasswordReset, ResetPassword
    from domain.accounts.signing_in import LogIn
    from domain.accounts.verifying import ResendVerification, VerifyEmail


@dataclass(frozen=True, slots=True)
class AccountUseCases:
    """The use cases of accounts, wired."""

    register: Register
    verify_email: VerifyEmail
    resend_verification: ResendVerification
    log_in: LogIn
    refresh_session: RefreshSession
    list_sessions: ListSessions
    log_out: LogOut
    log_out_everywhere: LogOutEverywhere
    revoke_session: RevokeSession
    find_me: FindMe
    update_me: UpdateMe
    delete_me: DeleteMe
    change_password: ChangePassword
    request_password_reset: RequestPasswordReset
    reset_password: ResetPassword
