"""The page on which staff onboard many VENs at once."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminTextareaWidget

from participants.onboarding.download import as_csv
from participants.onboarding.looking import MOST_SHOWN, Report, look_at
from participants.onboarding.services import OnboardingRefused, onboard
from vtn.admin.uploads import UploadField
from vtn.caller import Caller
from vtn.errors import VtnError

_PAGE = "admin/participants/ven/onboard.html"
_NEEDS = ("participants.add_ven", "participants.add_client")
_LONGEST_TEXT = 1 << 20


class OnboardingForm(forms.Form):
    file = UploadField(label=gettext_lazy("A CSV file"), required=False)
    text = forms.CharField(
        label=gettext_lazy("or its lines"),
        required=False,
        strip=False,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 12, "spellcheck": "false"}),
        help_text=gettext_lazy(
            "The first line names the columns: name, client_id, targets, resources, attributes."
        ),
    )

    def clean(self) -> dict[str, Any]:
        """`document` is what there is to read: the file, where there is one."""
        cleaned: dict[str, Any] = super().clean() or {}
        if file := cleaned.get("file"):
            cleaned["document"] = file.read()
        elif text := cleaned.get("text"):
            cleaned["document"] = text.encode()
        elif not self.errors:
            raise forms.ValidationError(_("Choose a file, or paste its lines"))
        return cleaned


class OnboardingPage:
    """A part of the pages of VENs."""

    admin_site: Any
    opts: Any

    def onboard(self, request: HttpRequest) -> HttpResponse:
        """Shows what would come of a table; or does it, and answers with the credentials, which nobody can have again:
        they are kept as hashes only."""
        if not request.user.has_perms(_NEEDS):
            raise PermissionDenied
        form = OnboardingForm(request.POST or None, request.FILES or None)
        report: Report | None = None
        if form.is_valid():
            document = form.cleaned_data["document"]
            try:
                if "create" in request.POST:
                    return _created(request, document)
                report = look_at(document)
            except OnboardingRefused as refusal:
                report = refusal.report
            except VtnError as refusal:
                form.add_error(None, refusal.detail)
            form = _with_text(form, document) if report is not None else form
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Onboard many VENs"),
            "form": form,
            "report": report,
            "shown_faults": report.faults[:MOST_SHOWN] if report else (),
            "shown": MOST_SHOWN,
            "was_refused": "create" in request.POST,
        }
        return TemplateResponse(request, _PAGE, context)


def _created(request: HttpRequest, document: bytes) -> HttpResponse:
    now = timezone.now()
    credentials = onboard(caller=Caller.staff(request.user.get_username()), document=document, now=now)
    name = f"credentials-{now:%Y%m%d-%H%M%S}.csv"
    return HttpResponse(
        as_csv(credentials),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"},
    )


def _with_text(form: OnboardingForm, document: bytes) -> OnboardingForm:
    """A browser does not send a file twice: what was looked at is there to be created. A large one is chosen again."""
    text = document.decode("utf-8-sig") if len(document) <= _LONGEST_TEXT else ""
    return OnboardingForm(initial={"text": text})
