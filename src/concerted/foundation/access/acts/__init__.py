"""Every write to agencies, posts, appointments, tokens, reference data and the demonstration's clock."""

from .appointments import appoint, appoint_to_new_post, create_post, end_appointment, end_post
from .as_read import NewAgency, NewMembership
from .clock import set_demonstration_clock
from .machine import MACHINE_USERNAME, OFFICE_KEY, bootstrap_machine_officer
from .officers import change_officer, deactivate_officer, register_officer, set_password
from .reference import Loaded, load_agencies, load_code_lists, load_memberships, load_places
from .register import change_agency, register_agency
from .sessions import record_sign_in
from .tokens import BROAD_SCOPES, CASE_SCOPES, LONGEST_TOKEN_LIFE, issue_token, revoke_token

__all__ = [
    "BROAD_SCOPES",
    "CASE_SCOPES",
    "LONGEST_TOKEN_LIFE",
    "MACHINE_USERNAME",
    "OFFICE_KEY",
    "Loaded",
    "NewAgency",
    "NewMembership",
    "appoint",
    "appoint_to_new_post",
    "bootstrap_machine_officer",
    "change_agency",
    "change_officer",
    "create_post",
    "deactivate_officer",
    "end_appointment",
    "end_post",
    "issue_token",
    "load_agencies",
    "load_code_lists",
    "load_memberships",
    "load_places",
    "record_sign_in",
    "register_agency",
    "register_officer",
    "revoke_token",
    "set_demonstration_clock",
    "set_password",
]
