"""The form of a binding: its own fields, and below them those of its backend."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.contrib.admin.helpers import AdminForm
from django.contrib.admin.widgets import FilteredSelectMultiple
from django.utils.datastructures import MultiValueDict
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import (
    CHECKBOX_CLASSES,
    INPUT_CLASSES,
    SELECT_CLASSES,
    TEXTAREA_CLASSES,
    UnfoldAdminTextareaWidget,
)

from events.backends.registry import NoSuchBackend
from events.bindings.filled import FilledForm, check_mapping
from events.bindings.models import Binding
from participants.services.validation import checked_name, checked_targets
from programs.models import Program
from vtn.admin.fields import TargetsField, refusals_shown
from vtn.wire import body

_PREFIX = "settings"
_LOOKS: dict[type[forms.Widget], list[str]] = {
    forms.Textarea: TEXTAREA_CLASSES,
    # Unfold's own has an arrow beside it instead of the browser's.
    forms.Select: [each for each in SELECT_CLASSES if each != "appearance-none"],
    forms.CheckboxInput: CHECKBOX_CLASSES,
    forms.widgets.Input: INPUT_CLASSES,
}


class ProgramsWidget(FilteredSelectMultiple):
    """In a box of its own, as the script that makes two lists of it puts these before whatever is beside it."""

    def render(self, *args: Any, **kwargs: Any) -> SafeString:
        return format_html('<div class="related-widget-wrapper">{}</div>', super().render(*args, **kwargs))


class MappingField(forms.JSONField):
    """Over several lines, where people find a target."""

    def prepare_value(self, value: Any) -> Any:
        # What was posted and is no JSON is shown as it was.
        return body.indented(value) if isinstance(value, dict) else super().prepare_value(value)


class BindingForm(forms.ModelForm):
    programs = forms.MultipleChoiceField(
        required=False,
        widget=ProgramsWidget("programs", is_stacked=False),
        help_text=gettext_lazy(
            "Whose events it follows. None chosen: those of all programs, also of such as are yet to come."
        ),
    )
    targets = TargetsField(
        help_text=gettext_lazy(
            "One per line. It follows events that have one of them; without any, all events of the programs."
        )
    )

    class Meta:
        model = Binding
        fields = ("name", "is_enabled", "programs", "targets", "mapping")
        field_classes = {"mapping": MappingField}
        widgets = {"mapping": UnfoldAdminTextareaWidget(attrs={"rows": 10, "spellcheck": "false"})}
        help_texts = {
            "is_enabled": gettext_lazy("What waits for a binding that is disabled is not pushed any more."),
            "mapping": gettext_lazy(
                "What our targets are called there: an object in JSON, as the backend wants it."
            ),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "mapping" in self.fields:  # who may only look has hardly any fields
            cast(forms.ChoiceField, self.fields["programs"]).choices = _programs(self.instance)
            self.initial["programs"] = self.instance.program_ids
            # A JSONField takes an empty object for nothing at all.
            self.fields["mapping"].empty_values = [None, ""]
        self.backend_fault = ""
        self.filled: FilledForm | None = None
        try:
            posted = self.data if self.is_bound else None
            self.filled = FilledForm(self.instance, posted, prefix=_PREFIX)
            _dressed(self.filled.form)
        except NoSuchBackend as error:
            self.backend_fault = str(error)

    @property
    def settings_data(self) -> MultiValueDict[str, Any]:
        """What was filled in for the backend, under the names that its form knows."""
        start = f"{_PREFIX}-"
        data = cast(MultiValueDict[str, Any], self.data)
        posted = {name: data.getlist(name) for name in data if name.startswith(start)}
        return MultiValueDict({name.removeprefix(start): values for name, values in posted.items()})

    @property
    def settings_fieldsets(self) -> list[Any]:
        """The backend's fields as the admin shows fields."""
        if self.filled is None or not self.filled.form.fields:
            return []
        form = self.filled.form
        fieldsets = [("Settings", {"fields": list(form.fields)})]
        return list(
            AdminForm(cast(Any, form), fieldsets, {})
        )  # it asks of a form no more than that it is one

    @refusals_shown()
    def clean_name(self) -> str:
        return checked_name("name", self.cleaned_data["name"])

    @refusals_shown()
    def clean_targets(self) -> list[str]:
        return checked_targets(self.cleaned_data["targets"])

    def clean_mapping(self) -> dict[str, Any]:
        mapping = self.cleaned_data["mapping"] or {}
        try:
            check_mapping(self.instance, mapping)
        except NoSuchBackend:
            pass  # `clean` says so, and nothing is saved
        except ValueError as error:
            raise forms.ValidationError(str(error)) from None
        return mapping

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if self.filled is None:
            raise forms.ValidationError(self.backend_fault)
        self.instance.program_ids = cleaned.get("programs", [])
        self.instance.mapping = cleaned.get("mapping", {})
        if not self.filled.is_good():
            # Beside the fields it says what; this keeps the rest from being saved.
            raise forms.ValidationError(
                [_("Settings: %(error)s") % {"error": error} for error in self.filled.form.non_field_errors()]
                or "The settings have to be corrected"
            )
        return cleaned


def _programs(binding: Binding) -> list[tuple[str, str]]:
    """All by name, and those that the binding names and that are gone: without them it might be one of all programs."""
    known = list(Program.objects.order_by("program_name").values_list("id", "program_name"))
    ids = {program_id for program_id, _ in known}
    gone = [program_id for program_id in binding.program_ids if program_id not in ids]
    return [*known, *((program_id, f"(deleted) {program_id}") for program_id in gone)]


def _dressed(form: forms.BaseForm) -> None:
    """Fields of somebody else's form, in the look of the admin."""
    for field in form.fields.values():
        for kind, classes in _LOOKS.items():
            if isinstance(field.widget, kind):
                field.widget.attrs.setdefault("class", " ".join(classes))
