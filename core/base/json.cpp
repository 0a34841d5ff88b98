// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/json.h"

#include "core/base/csv.h"
#include "core/base/error.h"

#include <charconv>
#include <cmath>

namespace plumage {
namespace {

void appendUtf8(std::string& out, std::uint32_t point)
{
    if (point < 0x80) {
        out += static_cast<char>(point);
    } else if (point < 0x800) {
        out += static_cast<char>(0xc0 | (point >> 6));
        out += static_cast<char>(0x80 | (point & 0x3f));
    } else if (point < 0x10000) {
        out += static_cast<char>(0xe0 | (point >> 12));
        out += static_cast<char>(0x80 | ((point >> 6) & 0x3f));
        out += static_cast<char>(0x80 | (point & 0x3f));
    } else {
        out += static_cast<char>(0xf0 | (point >> 18));
        out += static_cast<char>(0x80 | ((point >> 12) & 0x3f));
        out += static_cast<char>(0x80 | ((point >> 6) & 0x3f));
        out += static_cast<char>(0x80 | (point & 0x3f));
    }
}

// Recursive descent over RFC 8259.
class Parser {
public:
    explicit Parser(std::string_view text) : m_text(text) { }

    Json document()
    {
        Json result = value(0);
        space();
        if (m_at != m_text.size())
            fail();
        return result;
    }

private:
    [[noreturn]] void fail() const { throw Error(ErrorCode::fileDamaged, "json at byte " + std::to_string(m_at)); }
    void space()
    {
        while (m_at < m_text.size() && std::string_view(" \t\r\n").find(m_text[m_at]) != std::string_view::npos)
            ++m_at;
    }
    bool take(char c)
    {
        space();
        if (m_at == m_text.size() || m_text[m_at] != c)
            return false;
        ++m_at;
        return true;
    }
    void want(char c)
    {
        if (!take(c))
            fail();
    }
    bool word(std::string_view text)
    {
        if (!m_text.substr(m_at).starts_with(text))
            return false;
        m_at += text.size();
        return true;
    }

    Json value(int depth)
    {
        space();
        if (m_at == m_text.size() || depth > 64)
            fail();
        switch (m_text[m_at]) {
        case '{': return members(depth);
        case '[': return elements(depth);
        case '"': return Json(string());
        default: break;
        }
        if (word("true"))
            return Json(true);
        if (word("false"))
            return Json(false);
        if (word("null"))
            return Json();
        return number();
    }

    Json members(int depth)
    {
        Json result = Json::object();
        want('{');
        if (take('}'))
            return result;
        do {
            space();
            std::string key = string();
            want(':');
            result.set(std::move(key), value(depth + 1));
        } while (take(','));
        want('}');
        return result;
    }

    Json elements(int depth)
    {
        Json result{Json::Array{}};
        want('[');
        if (take(']'))
            return result;
        do
            result.push(value(depth + 1));
        while (take(','));
        want(']');
        return result;
    }

    Json number()
    {
        const std::size_t end = std::min(m_text.find_first_not_of("+-0123456789.eE", m_at), m_text.size());
        const std::string_view token = m_text.substr(m_at, end - m_at);
        const char* last = token.data() + token.size();
        std::int64_t integer = 0;
        std::uint64_t large = 0;
        double real = 0;
        Json result;
        if (const auto r = std::from_chars(token.data(), last, integer); r.ec == std::errc() && r.ptr == last)
            result = Json(integer);
        else if (const auto u = std::from_chars(token.data(), last, large); u.ec == std::errc() && u.ptr == last)
            result = Json(large);
        else if (const auto d = std::from_chars(token.data(), last, real); d.ec == std::errc() && d.ptr == last)
            result = Json(real);
        else
            fail();
        m_at = end;
        return result;
    }

    std::uint32_t hex4()
    {
        std::uint32_t point = 0;
        if (m_at + 4 > m_text.size())
            fail();
        const auto r = std::from_chars(m_text.data() + m_at, m_text.data() + m_at + 4, point, 16);
        if (r.ec != std::errc() || r.ptr != m_text.data() + m_at + 4)
            fail();
        m_at += 4;
        return point;
    }

    std::string string()
    {
        want('"');
        std::string result;
        for (;;) {
            if (m_at == m_text.size() || static_cast<unsigned char>(m_text[m_at]) < 0x20)
                fail();
            const char c = m_text[m_at++];
            if (c == '"')
                return result;
            if (c == '\\')
                escape(result);
            else
                result += c;
        }
    }

    void escape(std::string& result)
    {
        if (m_at == m_text.size())
            fail();
        const char c = m_text[m_at++];
        if (const std::size_t plain = std::string_view("\"\\/bfnrt").find(c); plain != std::string_view::npos) {
            result += "\"\\/\b\f\n\r\t"[plain];
            return;
        }
        if (c != 'u')
            fail();
        std::uint32_t point = hex4();
        if (point >= 0xd800 && point < 0xdc00 && word("\\u"))
            point = 0x10000 + ((point - 0xd800) << 10) + (hex4() - 0xdc00);
        if (point > 0x10ffff)
            fail();
        appendUtf8(result, point);
    }

    std::string_view m_text;
    std::size_t m_at = 0;
};

void appendString(std::string& out, std::string_view value)
{
    static constexpr char digits[] = "0123456789abcdef";
    out += '"';
    for (const char c : value) {
        if (c == '"' || c == '\\') {
            out += '\\';
            out += c;
        } else if (static_cast<unsigned char>(c) < 0x20) {
            out += "\\u00";
            out += digits[c >> 4];
            out += digits[c & 15];
        } else {
            out += c;
        }
    }
    out += '"';
}

// Opens a line of an indented document; nothing in a one-line one.
void newLine(std::string& out, int indent, int depth)
{
    if (indent < 0)
        return;
    out += '\n';
    out.append(static_cast<std::size_t>(indent * depth), ' ');
}

void append(std::string& out, const Json& json, int indent, int depth);

template<class Items, class Write>
void appendItems(std::string& out, const Items& items, char open, char close, int indent, int depth, Write write)
{
    out += open;
    for (const auto& item : items) {
        if (&item != &items.front())
            out += indent < 0 ? ", " : ",";
        newLine(out, indent, depth + 1);
        write(item);
    }
    if (!items.empty())
        newLine(out, indent, depth);
    out += close;
}

void append(std::string& out, const Json& json, int indent, int depth)
{
    if (json.isObject())
        appendItems(out, json.toObject(), '{', '}', indent, depth, [&](const Json::Member& member) {
            appendString(out, member.first);
            out += ": ";
            append(out, member.second, indent, depth + 1);
        });
    else if (json.isArray())
        appendItems(out, json.toArray(), '[', ']', -1, depth, [&](const Json& item) { append(out, item, -1, depth + 1); });
    else
        out += json.text();
}

template<class T, class Variant>
const T& get(const Variant& value, const char* wanted)
{
    if (const T* found = std::get_if<T>(&value))
        return *found;
    throw Error(ErrorCode::fileDamaged, std::string("json: not ") + wanted);
}

} // namespace

bool Json::isNumber() const
{
    return std::holds_alternative<std::int64_t>(m_value) || std::holds_alternative<std::uint64_t>(m_value) || std::holds_alternative<double>(m_value);
}

bool Json::toBool() const { return get<bool>(m_value, "a truth value"); }

std::int64_t Json::toInt() const { return get<std::int64_t>(m_value, "an integer"); }

std::uint64_t Json::toUint() const
{
    if (const auto* large = std::get_if<std::uint64_t>(&m_value))
        return *large;
    const std::int64_t value = toInt();
    if (value < 0)
        throw Error(ErrorCode::fileDamaged, "json: negative");
    return static_cast<std::uint64_t>(value);
}

double Json::toDouble() const
{
    if (const auto* real = std::get_if<double>(&m_value))
        return *real;
    if (const auto* large = std::get_if<std::uint64_t>(&m_value))
        return static_cast<double>(*large);
    return static_cast<double>(toInt());
}

const std::string& Json::toString() const { return get<std::string>(m_value, "a string"); }

const Json::Array& Json::toArray() const { return get<Array>(m_value, "an array"); }

const Json::Object& Json::toObject() const { return get<Object>(m_value, "an object"); }

const Json* Json::find(std::string_view key) const
{
    if (const Object* members = std::get_if<Object>(&m_value))
        for (const Member& member : *members)
            if (member.first == key)
                return &member.second;
    return nullptr;
}

const Json& Json::operator[](std::string_view key) const
{
    if (const Json* found = find(key))
        return *found;
    throw Error(ErrorCode::fileDamaged, "json: no member " + std::string(key));
}

void Json::set(std::string key, Json value)
{
    if (isNull())
        m_value = Object{};
    Object& members = const_cast<Object&>(toObject());
    for (Member& member : members)
        if (member.first == key) {
            member.second = std::move(value);
            return;
        }
    members.emplace_back(std::move(key), std::move(value));
}

void Json::push(Json value)
{
    if (isNull())
        m_value = Array{};
    const_cast<Array&>(toArray()).push_back(std::move(value));
}

std::string Json::text(int indent) const
{
    std::string out;
    if (isObject() || isArray())
        append(out, *this, indent, 0);
    else if (isString())
        appendString(out, toString());
    else if (const auto* truth = std::get_if<bool>(&m_value))
        out = *truth ? "true" : "false";
    else if (const auto* integer = std::get_if<std::int64_t>(&m_value))
        out = std::to_string(*integer);
    else if (const auto* large = std::get_if<std::uint64_t>(&m_value))
        out = std::to_string(*large);
    else if (const auto* real = std::get_if<double>(&m_value))
        out = std::isfinite(*real) ? numberText(*real) : "null";
    else
        out = "null";
    return out;
}

Json Json::parse(std::string_view text)
{
    return Parser(text).document();
}

} // namespace plumage
