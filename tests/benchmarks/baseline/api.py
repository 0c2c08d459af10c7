"""Nested serializers and a ModelViewSet."""
# ruff: noqa: N815 - members are spelled as on the wire

from django.db.models import QuerySet
from rest_framework import serializers, viewsets

from tests.benchmarks.baseline.models import PlainEvent


class PayloadSerializer(serializers.Serializer):
    type = serializers.CharField()
    values = serializers.ListField(child=serializers.FloatField())


class PayloadDescriptorSerializer(serializers.Serializer):
    objectType = serializers.CharField()
    payloadType = serializers.CharField()
    units = serializers.CharField()
    currency = serializers.CharField()


class IntervalPeriodSerializer(serializers.Serializer):
    start = serializers.CharField()
    duration = serializers.CharField()


class IntervalSerializer(serializers.Serializer):
    id = serializers.IntegerField()
    payloads = PayloadSerializer(many=True)


class EventSerializer(serializers.ModelSerializer):
    createdDateTime = serializers.DateTimeField(source="created_at")
    modificationDateTime = serializers.DateTimeField(source="modified_at")
    objectType = serializers.ReadOnlyField(default="EVENT")
    programID = serializers.CharField(source="program_id")
    eventName = serializers.CharField(source="content.eventName")
    payloadDescriptors = PayloadDescriptorSerializer(source="content.payloadDescriptors", many=True)
    intervalPeriod = IntervalPeriodSerializer(source="content.intervalPeriod")
    intervals = IntervalSerializer(source="content.intervals", many=True)

    class Meta:
        model = PlainEvent
        fields = (
            *("id", "createdDateTime", "modificationDateTime", "objectType", "programID", "eventName"),
            *("targets", "payloadDescriptors", "intervalPeriod", "intervals"),
        )


class EventViewSet(viewsets.ModelViewSet):
    serializer_class = EventSerializer

    def get_queryset(self) -> QuerySet[PlainEvent]:
        events = PlainEvent.objects.order_by("created_at", "id")
        if self.action == "list":
            return events.filter(program_id=self.request.query_params["programID"])[:50]
        return events
