// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace plumage {

// A small JSON value, for safetensors headers, state.json, snapshot.json and the worker's result line. Objects keep the order of insertion.
// Integers are kept exactly up to 64 bits (seeds and random states need it).
class Json {
public:
    using Array = std::vector<Json>;
    using Member = std::pair<std::string, Json>;
    using Object = std::vector<Member>;

    Json() = default;    // null
    Json(bool value) : m_value(value) { }
    Json(int value) : m_value(static_cast<std::int64_t>(value)) { }
    Json(std::int64_t value) : m_value(value) { }
    Json(std::uint64_t value) : m_value(value) { }
    Json(double value) : m_value(value) { }    // not finite is written as null
    Json(const char* value) : m_value(std::string(value)) { }
    Json(std::string value) : m_value(std::move(value)) { }
    Json(std::string_view value) : m_value(std::string(value)) { }
    Json(Array value) : m_value(std::move(value)) { }
    static Json object() { return Json(Object{}); }

    bool isNull() const { return std::holds_alternative<std::monostate>(m_value); }
    bool isObject() const { return std::holds_alternative<Object>(m_value); }
    bool isArray() const { return std::holds_alternative<Array>(m_value); }
    bool isString() const { return std::holds_alternative<std::string>(m_value); }
    bool isNumber() const;

    // Each throws Error fileDamaged with the wanted kind as detail if the value is something else or out of range.
    bool toBool() const;
    std::int64_t toInt() const;
    std::uint64_t toUint() const;
    double toDouble() const;
    const std::string& toString() const;
    const Array& toArray() const;
    const Object& toObject() const;

    const Json* find(std::string_view key) const;          // nullptr if this is no object or lacks the key
    const Json& operator[](std::string_view key) const;    // throws Error fileDamaged with the key as detail
    void set(std::string key, Json value);                 // null becomes an object; replaces a member of that name
    void push(Json value);                                 // null becomes an array

    std::string text(int indent = -1) const;               // one line, or indented by that many spaces
    static Json parse(std::string_view text);              // throws Error fileDamaged ("json at byte N"); at most 64 levels deep

private:
    explicit Json(Object value) : m_value(std::move(value)) { }
    std::variant<std::monostate, bool, std::int64_t, std::uint64_t, double, std::string, Array, Object> m_value;
};

} // namespace plumage
