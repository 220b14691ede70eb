# SPDX-FileCopyrightText: The libpolicy authors
# SPDX-License-Identifier: Apache-2.0
"""Events one after another, of one organisation or of many: woven into one
stream, and made fewer where the evaluators differ."""
import json


def woven(source, per_organisation):
    """Events of many organisations in one stream, each in its order."""
    turns = [i for i, events in enumerate(per_organisation) for _ in events]
    source.shuffle(turns)
    left = [iter(events) for events in per_organisation]
    return turns, [next(left[i]) for i in turns]


def without(table, key, i):
    return {**table, key: table[key][:i] + table[key][i + 1:]}


def shrink(organisation, events, keys, differs):
    """The entries of `keys`, events and fields without which they agree;
    `differs` says which event they judge otherwise, None where none."""
    events = events[:differs(organisation, events) + 1]
    for key in keys:
        for i in reversed(range(len(organisation[key]))):
            less = without(organisation, key, i)
            if differs(less, events) is not None:
                organisation = less
    for i in reversed(range(len(events))):
        less = events[:i] + events[i + 1:]
        if differs(organisation, less) is not None:
            events = less
    for event in list(events):
        for name in event.keys() - {"id", "type", "org", "time", "source"}:
            less = [{k: v for k, v in e.items() if k != name}
                    if e["id"] == event["id"] else e for e in events]
            if differs(organisation, less) is not None:
                events = less
    return organisation, events


def shown(events):
    """A line each, without what all events of one organisation share."""
    return [json.dumps({k: v for k, v in e.items()
                        if k not in ("org", "source")}, ensure_ascii=False)
            for e in events]
