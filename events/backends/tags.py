"""What templates of backends have of Django's template language: tags that choose and repeat, and filters that cannot
be made to fill the memory."""

from django.template import Library, defaultfilters, defaulttags

_TAGS = ("if", "for", "with", "firstof", "ifchanged", "spaceless", "comment", "verbatim", "templatetag")
_FILTERS = (
    *(
        "add",
        "cut",
        "default",
        "default_if_none",
        "first",
        "join",
        "last",
        "length",
        "lower",
        "slice",
        "slugify",
    ),
    *("truncatechars", "upper", "urlencode", "yesno"),
)

register = Library()
for _name in _TAGS:
    register.tag(_name, defaulttags.register.tags[_name])
for _name in _FILTERS:
    register.filter(_name, defaultfilters.register.filters[_name])
