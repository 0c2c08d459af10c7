"""The pages on which staff take a program out as a file, and make one from a file."""

from __future__ import annotations

import zlib
from base64 import b64decode, b64encode
from collections.abc import Sequence
from tempfile import TemporaryFile
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from programs.files.parts import parts
from programs.files.services import FileRefused, Loaded, export_program, import_program, look_at
from programs.queries import NoSuchProgram
from vtn.admin.addresses import page_address
from vtn.admin.uploads import UploadField
from vtn.caller import Caller
from vtn.errors import VtnError

_PAGE = "admin/programs/program/import.html"
# An event takes about a millisecond; a web process has few threads.
MOST_OBJECTS = 5_000


class FileForm(forms.Form):
    """`document` is what was sent: the file, or what `kept` has of the one that was looked at."""

    file = UploadField(label=gettext_lazy("A program as a JSON file"), required=False)
    kept = forms.CharField(required=False, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if file := cleaned.get("file"):
            cleaned["document"] = file.read()
        elif kept := cleaned.get("kept"):
            cleaned["document"] = _unpacked(kept)
        elif not self.errors:
            raise forms.ValidationError(_("Choose a file"))
        return cleaned


class ProgramFilePages:
    """A part of the pages of programs."""

    admin_site: Any
    opts: Any

    def export_view(self, request: HttpRequest, object_id: str) -> FileResponse:
        """By way of a file on disk: however slow the browser is, the program is not kept from those who write."""
        if not may_export(request):
            raise PermissionDenied
        file = TemporaryFile()  # noqa: SIM115 - the response closes it
        try:
            program = export_program(object_id, file)
        except NoSuchProgram:
            raise Http404 from None
        file.seek(0)
        name = f"{slugify(program.program_name) or program.id}.json"
        return FileResponse(file, as_attachment=True, filename=name, headers={"Cache-Control": "no-store"})

    def import_view(self, request: HttpRequest) -> HttpResponse:
        """Shows what would come of a file, and makes the program when that is confirmed."""
        if not may_import(request):
            raise PermissionDenied
        form = FileForm(request.POST or None, request.FILES or None)
        loaded: Loaded | None = None
        faults: Sequence[str] = ()
        if form.is_valid():
            document = form.cleaned_data["document"]
            try:
                loaded = look_at(document, most=MOST_OBJECTS)
                _require_permitted(request, loaded)
                if "create" in request.POST:
                    return self._created(request, document)
                form = FileForm(initial={"kept": _packed(document)})
            except FileRefused as refusal:
                loaded, faults = None, refusal.faults
            except VtnError as refusal:
                loaded, faults = None, (refusal.detail,)
        return self._import_page(request, form, loaded, faults)

    def _created(self, request: HttpRequest, document: bytes) -> HttpResponse:
        caller = Caller.staff(request.user.get_username())
        program = import_program(caller=caller, document=document, now=timezone.now())
        told = _("“%(name)s” was made from the file.") % {"name": program.program_name}
        messages.success(request, told)
        return HttpResponseRedirect(page_address("programs_program", program.id))

    def _import_page(
        self, request: HttpRequest, form: FileForm, loaded: Loaded | None, faults: Sequence[str]
    ) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Import a program"),
            "form": form,
            "loaded": loaded,
            "faults": faults,
        }
        return TemplateResponse(request, _PAGE, context)


def may_import(request: HttpRequest) -> bool:
    """Whoever may make a program, and each part of it."""
    return request.user.has_perms(("programs.add_program", *(part.permission for part in parts().values())))


def may_export(request: HttpRequest) -> bool:
    """Whoever sees the program, and each part of it."""
    seen = (part.permission_to_see for part in parts().values())
    return request.user.has_perms(("programs.view_program", *seen))


class _NotPermitted(VtnError):
    """The file asks for more than this person may do."""


def _require_permitted(request: HttpRequest, loaded: Loaded) -> None:
    """Raises `_NotPermitted`. Whoever may switch four eyes could do so before and after."""
    if loaded.four_eyes and not request.user.has_perm("programs.set_four_eyes"):
        raise _NotPermitted(_("The file's program is under four eyes, which you may not switch."))


def _packed(document: bytes) -> str:
    """A browser does not send a file twice, and no host keeps it: what was looked at travels with the page."""
    return b64encode(zlib.compress(document)).decode()


def _unpacked(kept: str) -> bytes:
    """Raises `ValidationError`: anybody can write into a page, though no more than they can send."""
    unpacking = zlib.decompressobj()
    try:
        document = unpacking.decompress(b64decode(kept, validate=True), settings.MAX_UPLOAD_BYTES)
    except (ValueError, zlib.error):
        document = b""
    if not unpacking.eof:
        raise forms.ValidationError(_("What was looked at did not come back whole. Choose the file again."))
    return document
