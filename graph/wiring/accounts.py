"""The part of the composition root for accounts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.accounts.changing_password import ChangePassword
from domain.accounts.confirming import Confirm
from domain.accounts.deleting import DeleteMe
from domain.accounts.ending import ListSessions, LogOut, LogOutEverywhere, RevokeSession
from domain.accounts.lockout import SignInGuard
from domain.accounts.profiles import FindMe, UpdateMe
from domain.accounts.refreshing import RefreshSession
from domain.accounts.registering import Register
from domain.accounts.resetting import RequestPasswordReset, ResetPassword
from domain.accounts.signing_in import LogIn
from domain.accounts.use_cases import AccountUseCases
from domain.accounts.verifying import ResendVerification, VerifyEmail
from graph.account_settings import EmailVerification, SignUp
from persistence.accounts.profiles import PostgresProfiles
from persistence.credentials.successors import HmacSuccessors
from persistence.known_addresses import PostgresKnownAddresses

if TYPE_CHECKING:
    from graph.wiring.services import Services


def account_use_cases(services: Services) -> AccountUseCases:
    """The use cases over the shared services."""
    accounts, limiter = services.accounts, services.limiter
    confirm = Confirm(accounts, services.passwords, limiter)
    return AccountUseCases(
        register=_register(services),
        verify_email=VerifyEmail(accounts, limiter),
        resend_verification=ResendVerification(accounts, limiter),
        log_in=_log_in(services),
        refresh_session=RefreshSession(
            accounts=accounts, successors=HmacSuccessors(services.secret), tokens=services.tokens, limiter=limiter
        ),
        list_sessions=ListSessions(accounts),
        log_out=LogOut(accounts),
        log_out_everywhere=LogOutEverywhere(accounts),
        revoke_session=RevokeSession(accounts),
        find_me=FindMe(PostgresProfiles(services.database)),
        update_me=UpdateMe(accounts=accounts, confirm=confirm, limiter=limiter),
        delete_me=DeleteMe(accounts, confirm),
        change_password=ChangePassword(
            accounts=accounts, confirm=confirm, passwords=services.passwords, policy=services.policy
        ),
        request_password_reset=RequestPasswordReset(accounts, limiter),
        reset_password=ResetPassword(
            accounts=accounts,
            passwords=services.passwords,
            policy=services.policy,
            limiter=limiter,
            attempts=services.attempts,
        ),
    )


def _register(services: Services) -> Register:
    return Register(
        accounts=services.accounts,
        passwords=services.passwords,
        policy=services.policy,
        limiter=services.limiter,
        open_session=services.open_session,
        is_open=services.settings.sign_up is SignUp.OPEN,
        verification_required=services.settings.email_verification is EmailVerification.REQUIRED,
    )


def _log_in(services: Services) -> LogIn:
    return LogIn(
        accounts=services.accounts,
        passwords=services.passwords,
        guard=SignInGuard(services.limiter, services.attempts, PostgresKnownAddresses(services.database)),
        finish=services.finish_sign_in,
        verification_required=services.settings.email_verification is EmailVerification.REQUIRED,
    )
