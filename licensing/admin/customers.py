"""Customers with the clients that act for them, and their orders, in the admin."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy

from licensing.models import Customer, License, Membership, Order
from licensing.services import register
from vtn.admin.addresses import list_address
from vtn.admin.base import ServiceAdmin, TabularInline
from vtn.admin.few import FewInline, linked_count
from vtn.counting import CountOf, up_to_most


class RegisterAdmin(ServiceAdmin):
    """An admin of what staff keep as it is."""

    derived_fields: ClassVar[tuple[str, ...]] = ("id",)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        register.save(caller=self.caller(request), thing=obj, now=timezone.now())

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        register.delete(caller=self.caller(request), thing=obj, now=timezone.now())

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        who: dict[str, Any] = {"caller": self.caller(request), "now": timezone.now()}
        for thing in formset.save(commit=False):
            register.save(**who, thing=thing)
        for thing in formset.deleted_objects:
            register.delete(**who, thing=thing)


class MembershipInline(TabularInline):
    model = Membership
    extra = 1
    verbose_name = gettext_lazy("member")
    verbose_name_plural = gettext_lazy(
        "members: clients that may activate, claim and read this customer's licences"
    )


@admin.register(Customer)
class CustomerAdmin(RegisterAdmin):
    inlines = (MembershipInline,)
    list_display = ("name", "orders_count", "controllers_count", "id")
    search_fields = ("name", "memberships__client_id", "orders__reference")
    search_help_text = gettext_lazy("A name, a client or an order")
    ordering = ("name",)
    fields = ("name", "id")
    readonly_fields = ("id",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Customer]:
        counted = {"ordered": CountOf(Customer, "orders"), "has": CountOf(Customer, "controllers")}
        return super().get_queryset(request).annotate(**counted)

    @admin.display(description=gettext_lazy("orders"), ordering="ordered")
    def orders_count(self, customer: Any) -> str:
        return up_to_most(customer.ordered)

    @admin.display(description=gettext_lazy("controllers"), ordering="has")
    def controllers_count(self, customer: Any) -> str:
        return up_to_most(customer.has)


class OrderedLicenseInline(TabularInline):
    """To read: a licence has a page of its own."""

    model = License
    fields = ("key", "type", "grid_kw", "activated_at", "duration", "deactivated_at")
    readonly_fields = fields
    show_change_link = True
    can_delete = False
    extra = 0

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Order)
class OrderAdmin(FewInline, RegisterAdmin):
    inlines = (OrderedLicenseInline,)
    few = ("counted", "licenses")
    list_display = ("reference", "customer", "licences_count")
    list_select_related = ("customer",)
    search_fields = ("reference", "customer__name", "licenses__key")
    search_help_text = gettext_lazy("A reference, a customer or a key")
    ordering = ("customer__name", "reference")
    derived_fields = ("all_licences",)
    fields = ("customer", "reference", *derived_fields)
    readonly_fields = derived_fields
    autocomplete_fields = ("customer",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Order]:
        found = super().get_queryset(request).select_related("customer")
        return found.annotate(counted=CountOf(Order, "licenses"))

    @admin.display(description=gettext_lazy("licences"), ordering="counted")
    def licences_count(self, order: Any) -> str:
        return up_to_most(order.counted)

    @admin.display(description=gettext_lazy("licences"))
    def all_licences(self, order: Any) -> SafeString:
        return linked_count(order.counted, list_address("licensing_license", order=str(order.pk)))
