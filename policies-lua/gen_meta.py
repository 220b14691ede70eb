#!/usr/bin/env python3
# SPDX-FileCopyrightText: The libpolicy authors
# SPDX-License-Identifier: Apache-2.0
"""Make meta/policy.lua, from which editors with LuaLS complete and check rule
files, of the tables that the compiler itself reads: constructors, closed keys,
event types and fields, categories, detectors.

    gen_meta.py          writes meta/policy.lua
    gen_meta.py --check  writes nothing; fails if it is not up to date

A constructor or key without a line below still stands in the file, typed by
what the compiler accepts there; with one it is explained, too.
"""

import pathlib
import re
import sys

HERE = pathlib.Path(__file__).resolve().parent
LIBRARY = HERE.parent / "libpolicy"
TARGET = HERE / "meta" / "policy.lua"
sys.dont_write_bytecode = True
sys.path.insert(0, str(LIBRARY / "event"))
from gen_schema import Schema  # noqa: E402  (beside schema.txt)

# POL_IS_*, as config/node.h has them.
KINDS = {"BOOL": "boolean", "INT": "integer", "NUM": "number",
         "STR": "string", "TABLE": "table", "CALL": "policy.Call",
         "FUNC": "function", "ANY": "any"}

# Keys whose kinds alone say too little.
TYPES = {
    "rule.on": "policy.Type|policy.Type[]",
    "rule.where": "policy.Condition|policy.Join|policy.Ask",
    "rule.match": "policy.Match",
    "rule.fields": "policy.TextField|policy.TextField[]",
    "rule.except": "policy.Exception[]",
    "rule.category": "policy.Category",
    "rule.verdict": "policy.Verdict|policy.Param",
    "rule.mode": "policy.Mode|policy.Param",
    "rule.severity": "1|2|3|4|5|policy.Param",
    "rule.broad": "boolean|policy.Param",
    "rule.title": "policy.Text",
    "rule.tell": "policy.Text",
    "rule.cites": "string|string[]",
    "rule.needs": "string|string[]",
    "rule.redact": '"match"',
    "rule.escalate": "policy.Escalate",
    "rule.check": "fun(event: policy.Event, hits: policy.Hits, "
                  "memory: table<string, policy.Records>): "
                  "boolean|policy.Answer|nil",
    "rule.reads": "string|(string|policy.Read)[]",
    "read.key": "policy.Key",
    "rule.tests": "policy.ExampleCall[]",
    "escalate.to": "string|policy.Who|policy.Param",
    "escalate.within": "string|policy.Param",
    "escalate.other_than": "policy.Field",
    "term.strict": "policy.Strictness",
    "term.separators": "0|1|2|3",
    "term.views": "policy.TermView|policy.TermView[]",
    "pii.confidence": "policy.Confidence",
    "theme.title": "policy.Text",
    "theme.params": "table<string, policy.Param>",
    "theme.parts": "table<string, policy.RuleCall>",
    "except.phrase": "string|string[]",
    "example.parts": "policy.Part[]",
    "example.facts": "table<string, string|integer|boolean>",
    "example.type": "policy.Type",
    "example.verdict": "policy.Verdict",
    "step.expect": "policy.Expect",
}

DOCS = {
    "rule.id": "永久的名字 · permanent",
    "rule.title": "给人看的标题 · for people",
    "rule.cites": "依据的条文 · the articles that it carries out",
    "rule.reason": "理由；单位自己的规则用它代替 cites · why",
    "rule.category": "信号；默认第一个词表的名字 · default: the first list's",
    "rule.on": "事件类型 · event types",
    "rule.where": "条件，全部成立 · conditions, all of which hold",
    "rule.match": "找什么 · what to find",
    "rule.fields": "在哪些文本字段里找 · in which text fields",
    "rule.broad": "没有触发条件时写 true · owns up to having no trigger",
    "rule.except": "例外，各写 why owner expires · exceptions",
    "rule.check": "最后再跑的小函数 · runs last",
    "rule.reads": "check 要读的记忆 · memories that the check reads",
    "read.key": "按哪些字段查，默认是记忆自己的 · default: the memory's own",
    "rule.needs": "要向宿主问的事实 · facts asked of the host",
    "rule.verdict": "allow < flag < warn < redact < hold < block",
    "rule.severity": "1 到 5，默认 2 · 1 to 5, default 2",
    "rule.redact": "遮盖什么 · what is masked",
    "rule.tell": "给发送人的话，可用 {article} · message to the sender",
    "rule.escalate": "请谁来看 · who is asked to look",
    "rule.mode": "停用、试行、执行；默认 enforce · default enforce",
    "rule.tests": "hit 应命中，miss 不应命中 · examples",
    "escalate.to": "organisation.yaml 里的角色，或 who \"字段\" · a role, or who",
    "escalate.within": "期限，如 \"4h\" · such as \"4h\"",
    "escalate.other_than": "不能是这个字段里的人 · not the person of this field",
    "term.boundary": "词的边界 · false: inside of words, true: not across two",
    "term.strict": "严格程度 · how strictly",
    "term.separators": "字间可夹什么 · what may stand between characters",
    "term.views": "还认得哪些写法 · further disguises to see through",
    "pii.confidence": "可信度至少为此 · finds at least so sure",
    "except.why": "为什么 · why",
    "except.owner": "谁负责 · who answers for it",
    "except.expires": "最后一天，如 \"2027-06-30\" · its last day",
    "except.phrase": "落在短语里的命中不算 · hits inside do not count",
    "example.at": "应命中的那一段 · the words that evidence must show",
    "example.type": "on 里的另一类型 · another type of `on`",
    "example.verdict": "应得的结论 · the verdict it must have",
    "example.parts": "引用、转发的内容 · quoted and forwarded texts",
    "example.facts": "宿主给的事实 · facts of the host",
    "example.after": "离前一件事多久 · so long after the event before",
    "step.expect": "这一步应当怎样 · what is to come of it",
    "theme.id": "文件名 · the file's name",
    "theme.title": "给人看的标题 · for people",
    "theme.params": "参数 · parameters",
    "theme.parts": "规则，取用时按名字 · its rules by name",
}

# name: (parameters, result, what it is)
CALLS = {
    "rule": ([("r", "policy.Rule")], "policy.RuleCall", "一条规则 · a rule"),
    "theme": ([("t", "policy.Theme")], None,
              "写一次、多处引用的规则 · rules written once"),
    "use": ([("theme", "string")],
            "fun(parts: table<string, policy.Rule|table>)",
            "取用主题的部分 · takes parts of a theme"),
    "param": ([("name_or_definition", "string|policy.Definition")],
              "policy.Param", "参数或选项的值，或参数的定义 · a parameter or a choice"),
    "list": ([("name", "policy.Category|string|policy.Param")],
             "policy.Match", "词表 lists/<名字>.txt · a word list"),
    "term": ([("text", "string|policy.Term")], "policy.Match",
             "一个词 · a term"),
    "pii": ([("name", "policy.Detector|string|policy.Pii")], "policy.Match",
            "探测器，或单位自己的 patterns · a detector or own pattern"),
    "regex": ([("pattern", "string")], "policy.Match",
              "正则表达式 · a regular expression"),
    "any": ([("of", "policy.Match[]|policy.Condition")], "policy.Join",
            "任一 · any of"),
    "all": ([("of", "policy.Match[]|policy.Condition")], "policy.Join",
            "全部 · all of"),
    "none": ([("of", "policy.Match[]|policy.Condition")], "policy.Join",
             "一个也没有 · none of"),
    "near": ([("a", "policy.Match"), ("b", "policy.Match"),
              ("n", "integer|policy.Param")], "policy.Match",
             "同一字段里相距不超过 n 个字 · at most n characters apart"),
    "at_least": ([("n", "integer|policy.Param"), ("of", "policy.Match")],
                 "policy.Match", "至少 n 处 · n distinct places"),
    "none_of": ([("values", "any")], "policy.Test", "一个也没有 · none of"),
    "all_of": ([("values", "any")], "policy.Test", "全都有 · all of"),
    "more_than": ([("n", "integer|policy.Param")], "policy.Test",
                  "大于 · greater"),
    "less_than": ([("n", "integer|policy.Param")], "policy.Test",
                  "小于 · less"),
    "among": ([("list", "string")], "policy.Test",
              "在编号或域名列表里 · in a list of ids or hosts"),
    "outside": ([("list", "string")], "policy.Test",
                "不在列表里 · not in the list"),
    "same": ([("field", "policy.Field")], "policy.Test",
             "与另一字段相同 · equals that field"),
    "differs": ([("field", "policy.Field")], "policy.Test",
                "与另一字段不同 · differs from that field"),
    "beyond": ([("field", "policy.Field")], "policy.Test",
               "有那个字段没有的 · has what that field lacks"),
    "later": ([("field", "policy.Field"), ("by", "string|policy.Param")],
              "policy.Test", "比那个时间晚这么多 · that much after it"),
    "absent": ([("field", "policy.Field|string")], "policy.Ask",
               "没有这个字段 · the field is not there"),
    "present": ([("field", "policy.Field|string")], "policy.Ask",
                "有这个字段 · the field is there"),
    "empty": ([("field", "policy.Field|string")], "policy.Ask",
              "为空 · it is empty"),
    # Used as soon as the compiler knows them.
    "memory": ([("m", "table")], "policy.RuleCall", "记录 · records kept by key"),
    "duty": ([("d", "table")], "policy.RuleCall", "有期限的事 · what is due"),
    "ladder": ([("l", "table")], "policy.RuleCall",
               "处分阶梯 · steps proposed to a person"),
    "step": ([("s", "table")], "any", "一级 · one step"),
    "each": ([("field", "policy.Field")], "any",
             "每个元素一条 · one for each element"),
    "known": ([("q", "table")], "policy.Ask", "有这样的记录 · such a record is"),
    "unknown": ([("q", "table")], "policy.Ask",
                "没有这样的记录 · no such record is"),
    "pending": ([("q", "table")], "policy.Ask", "还没做 · not done yet"),
    "overdue": ([("q", "table")], "policy.Ask", "过期没做 · not done in time"),
    "steps": ([("s", "policy.Step[]")], "policy.ExampleCall",
              "几个事件连着 · events in a row"),
    "who": ([("field", "policy.Field")], "policy.Who",
            "字段里的那个人 · the person of a field"),
    "hit": ([("example", "string|policy.Example")], "policy.ExampleCall",
            "应命中 · must fire"),
    "miss": ([("example", "string|policy.Example")], "policy.ExampleCall",
             "不应命中 · must not fire"),
}

# What no closed table of the compiler's lists, but its code names.
LOOSE = {"except": ["expires", "owner", "phrase", "why"],
         "example": ["after", "at", "facts", "parts", "type", "verdict"],
         "step": ["expect"],
         "definition": ["max", "min", "why"]}


def source(name):
    return (LIBRARY / name).read_text("utf-8")


def array(file, name):
    """The strings of `NAME[…] = { … };`."""
    found = re.search(rf"\b{name}\[\w*\] = \{{(.*?)\}};", source(file), re.S)
    return re.findall(r'"([^"]+)"', found.group(1))


def keys(file, name):
    """(key, type) of a closed table; `NAME` or `keys` in function NAME."""
    found = re.search(rf"pol_key {name}\[\] = \{{(.*?)\}};", source(file),
                      re.S)
    for key, kinds in re.findall(r'\{ "(\w+)", ([^,]+),', found.group(1)):
        yield key, "|".join(KINDS[k] for k in re.findall(r"POL_IS_(\w+)",
                                                         kinds))


def constructors():
    """Those that the compiler knows what to do with: it names them."""
    compiler = "".join(p.read_text("utf-8")
                       for p in sorted((LIBRARY / "compile").glob("*.c")))
    table = re.search(r"\} constructors\[\] = \{(.*?)\};",
                      source("script/constructors.c"), re.S).group(1)
    for name in re.findall(r'\{ "(\w+)",', table):
        if f'"{name}"' in compiler:
            yield name


def words(names):
    return "|".join(f'"{n}"' for n in names)


def plain(schema, name):
    """The type of one value of a field, over all event types that have it."""
    found = []
    for uses in schema.all_uses():
        use = uses.get(name)
        if not use:
            continue
        one = {"bool": ["boolean"], "int": ["integer"],
               "time": ["string", "integer"]}.get(use.kind, ["string"])
        if use.words and not use.open:
            one = [f'"{w}"' for w in use.words]
        elif use.words:
            one = [f'"{w}"' for w in use.words] + ["string"]
        found += [t for t in one if t not in found]
    return "|".join(found)


def is_list(schema, name):
    return any(name in uses and uses[name].kind in ("list", "words")
               for uses in schema.all_uses())


def reserved(name):
    return name in ("end", "for", "if", "in", "not", "or", "and", "repeat")


def field(name, kind, doc=""):
    shown = f'["{name}"]' if reserved(name) else name
    return f"---@field {shown}? {kind}" + (f" {doc}" if doc else "")


def closed(name, table, pairs):
    yield f"---@class (exact) policy.{name}"
    for key, kind in pairs:
        path = f"{table}.{key}"
        yield field(key, TYPES.get(path, kind), DOCS.get(path, ""))


def aliases(schema):
    yield "---@alias policy.Type " + words(schema.types)
    yield "---@alias policy.Field " + words(schema.fields)
    texts = [f for f in schema.fields
             if any(f in u and u[f].kind == "text" for u in schema.all_uses())]
    yield "---@alias policy.TextField " + words(texts + ["parts"]) + "|string"
    yield "---@alias policy.Category " + words(
        re.findall(r'POL_CATEGORY\("(\w+)"', source("rule/categories.def")))
    table = re.search(r"\} detectors\[\w*\] = \{(.*?)\};",
                      source("match/detect.c"), re.S).group(1)
    yield "---@alias policy.Detector " + words(re.findall(r'\{ "(\w+)"', table))
    yield "---@alias policy.Verdict " + words(
        array("rule/verdict.c", "pol_verdict_names"))
    yield "---@alias policy.Mode " + words(
        array("config/organisation.c", "pol_mode_names"))
    yield "---@alias policy.Expect " + words(
        array("rule/verdict.c", "pol_expect_names"))
    yield "---@alias policy.Confidence " + words(
        array("rule/verdict.c", "pol_confidence_names"))
    yield "---@alias policy.Strictness " + words(
        array("config/wordlist.c", "pol_strictnesses"))
    # The last option of a list is a key of its own in a term.
    yield "---@alias policy.TermView " + words(
        array("config/wordlist.c", "pol_term_options")[:-1])
    yield "---@alias policy.Text string|{ zh?: string, en?: string }"
    yield ""


def opaque():
    yield "-- What constructors make; a rule only passes it on."
    yield "---@class policy.Call"
    for name, over in (("Match", "Call"), ("Test", "Call"), ("Ask", "Call"),
                       ("Who", "Call"), ("Param", "Test"), ("RuleCall", "Call"),
                       ("ExampleCall", "Call")):
        yield f"---@class policy.{name}: policy.{over}"
    yield "---@class policy.Join: policy.Match, policy.Ask"
    yield ""


def tables(schema):
    yield from closed("Rule", "rule", keys("compile/rule_build.c", "rule_keys"))
    yield ""
    yield from closed("Escalate", "escalate",
                      keys("compile/rule_build.c", "escalate_keys"))
    yield ""
    yield "---@alias policy.Key policy.Field|policy.Field[]|policy.Call"
    yield from closed("Read", "read", keys("compile/reads_build.c",
                                           "read_keys"))
    yield "---@field [1] string"
    yield ""
    yield from closed("Theme", "theme",
                      keys("compile/theme_build.c", "theme_keys"))
    yield ""
    yield from closed("Term", "term", keys("compile/match_build.c",
                                           "term_keys"))
    yield "---@field [1] string"
    yield ""
    yield from closed("Pii", "pii", keys("compile/match_build.c", "keys"))
    yield "---@field [1] policy.Detector|string"
    yield ""
    yield from closed("Part", "part", keys("compile/rule_test_build.c",
                                           "part_keys"))
    yield ""
    yield from closed("Definition", "definition",
                      [(k, "any") for k in LOOSE["definition"]])
    yield '---@field [1] "int"|"duration"|string'
    yield "---@field [2] any 默认值 · the default"
    yield ""
    yield "---@class (exact) policy.Condition"
    for name, f in schema.fields.items():
        t = plain(schema, name)
        yield field(name, f"{t}|({t})[]|policy.Test", f"{f['zh']} · {f['en']}")
    yield "---@field [integer] policy.Condition|policy.Join|policy.Ask"
    yield ""
    yield "---@class (exact) policy.Exception: policy.Condition"
    for key in LOOSE["except"]:
        yield field(key, TYPES.get(f"except.{key}", "string"),
                    DOCS[f"except.{key}"])
    yield ""
    yield "---@class (exact) policy.Example"
    for key in LOOSE["example"]:
        yield field(key, TYPES.get(f"example.{key}", "string"),
                    DOCS[f"example.{key}"])
    for name in schema.fields:
        if name in LOOSE["example"]:
            continue
        t = plain(schema, name)
        if name == "state":  # of incidents; or what went before
            t += "|policy.Step[]"
        yield field(name, f"{t}|({t})[]" if is_list(schema, name) else t)
    yield "---@field [1]? string 正文 · the text"
    yield ""
    yield "---@class (exact) policy.Step: policy.Example"
    for key in LOOSE["step"]:
        yield field(key, TYPES[f"step.{key}"], DOCS[f"step.{key}"])
    yield ""


def handles(schema):
    yield "-- What a `check` is given."
    yield "---@class (exact) policy.Event"
    for name in schema.fields:
        t = plain(schema, name)
        yield field(name, f"({t})[]" if is_list(schema, name) else t)
    yield ("---@field facts table<string, string|integer|boolean|string[]> "
           "`needs` 列出的事实 · those of `needs`")
    yield ""
    yield "---@class (exact) policy.Hit"
    names = re.search(r"properties\[\] = \{(.*?)\n\};",
                      source("script/handles.c"), re.S).group(1)
    for name in re.findall(r'"(\w+)"', names):
        kind = {"start": "integer", "finish": "integer",
                "confidence": "policy.Confidence"}.get(name, "string")
        yield field(name, kind)
    yield ""
    yield "---@class policy.Hits"
    yield "---@field [integer] policy.Hit"
    yield "---@field count fun(self: policy.Hits): integer"
    yield ""
    yield "---@class policy.Record: policy.Event"
    yield "---@field at integer 何时发生，毫秒 · when it took place, in ms"
    yield ""
    yield "---@class policy.Records"
    yield "---@field [integer] policy.Record"
    yield ""
    yield "---@class (exact) policy.Answer"
    yield field("verdict", "policy.Verdict")
    yield field("severity", "1|2|3|4|5")
    yield field("note", "string")
    yield ""


def functions():
    for name in constructors():
        given, result, doc = CALLS.get(name, ([("a", "any")], "any", ""))
        yield ""
        if doc:
            yield f"---{doc}"
        for parameter, kind in given:
            yield f"---@param {parameter} {kind}"
        if result:
            yield f"---@return {result}"
        yield (f"function {name}({', '.join(p for p, _ in given)})"
               " end")


def build():
    schema = Schema(source("event/schema.txt"))
    head = ["-- SPDX-FileCopyrightText: The libpolicy authors",
            "-- SPDX-License-Identifier: Apache-2.0",
            "---@meta _",
            "-- Made by gen_meta.py of the compiler's own tables. 由程序生成。",
            "-- 供编辑器补全和检查规则文件，程序本身不读它。 For editors only.",
            ""]
    out = head + list(aliases(schema)) + list(opaque())
    out += list(tables(schema)) + list(handles(schema))
    while out[-1] == "":
        out.pop()
    return "\n".join(out + list(functions())) + "\n"


def main():
    text = build()
    if sys.argv[1:] == ["--check"]:
        if not TARGET.is_file() or TARGET.read_text("utf-8") != text:
            sys.exit(f"{TARGET}: run gen_meta.py")
    else:
        TARGET.write_text(text, "utf-8")


if __name__ == "__main__":
    main()
