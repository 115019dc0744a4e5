"""Names of kinds, tiers, functions and roles in the reader's language; knows no agency."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

KINDS: dict[str, Promise] = {
    "ministry": _("Ministries and state organs"),
    "party_organ": _("Party organs"),
    "legislature": _("Legislature"),
    "court_procuratorate": _("Courts and procuratorates"),
    "mass_organisation": _("Mass organisations"),
    "state_enterprise": _("State enterprises"),
    "international_organisation": _("International organisations"),
    "donor": _("Donors"),
    "ngo": _("Non-governmental organisations"),
    "civil_society": _("Civil society"),
    "local_government": _("Local governments"),
    "local_department": _("Local departments"),
    "joint_meeting_office": _("Offices of the joint meeting"),
}
TIERS: dict[str, Promise] = {
    "nation": _("Nation"),
    "province": pgettext_lazy("tier", "Province"),
    "prefecture": _("Prefecture"),
    "county": _("County"),
}
FUNCTIONS: dict[str, Promise] = {
    "secretariat": _("Office of the joint meeting"),
    "focal_point": _("Focal point"),
    "clearer": _("Clearer"),
    "provincial_office": _("Provincial office"),
    "provincial_clearer": _("Provincial clearer"),
    "local_officer": _("Local officer"),
    "statistician": _("Statistician"),
    "evaluator": _("Evaluator"),
    "administrator": _("Administrator"),
    "observer": _("Observer"),
    "duty_officer": _("Duty officer"),
    "case_worker": _("Case worker"),
    "case_supervisor": _("Case supervisor"),
}
ROLES: dict[str, Promise] = {
    "convenor": _("Convenor"),
    "member": _("Member"),
    "observer": _("Observer"),
    "lead": _("Leads"),
    "support": _("Supports"),
}
RECORD_KINDS: dict[str, Promise] = {
    "act": _("Act"),
    "look": _("Look"),
    "sign_in": _("Sign-in"),
    "outside": _("Outside an act"),
}
