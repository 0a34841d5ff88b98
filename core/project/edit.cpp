// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/project/edit.h"

#include "core/base/error.h"

#include <algorithm>

namespace plumage::project {
namespace {

// The journal's form: how many edits, then per edit its index in the variant, then its fields; numbers as LEB128, texts and optional values with what precedes them.
class Writer {
public:
    explicit Writer(std::string& out) : m_out(out) { }
    void number(std::int64_t value)
    {
        auto rest = (static_cast<std::uint64_t>(value) << 1) ^ static_cast<std::uint64_t>(value >> 63);    // small either way
        for (; rest >= 0x80; rest >>= 7)
            m_out += static_cast<char>(rest | 0x80);
        m_out += static_cast<char>(rest);
    }
    void operator()(std::string& text)
    {
        number(static_cast<std::int64_t>(text.size()));
        m_out += text;
    }
    void operator()(bool& value) { number(value); }
    void operator()(int& value) { number(value); }
    template<class Tag, class Rep> void operator()(Id<Tag, Rep>& id) { number(static_cast<std::int64_t>(id.value)); }
    template<class T> requires std::is_enum_v<T> void word(T& value, T) { number(static_cast<std::int64_t>(value)); }
    template<class T, class Fields> void optional(std::optional<T>& value, Fields&& fields)
    {
        number(value.has_value());
        if (value)
            fields(*value);
    }

private:
    std::string& m_out;
};

class Reader {
public:
    explicit Reader(const std::string& in) : m_in(in) { }
    bool atEnd() const { return m_at == m_in.size(); }
    std::int64_t number()
    {
        std::uint64_t value = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            if (m_at == m_in.size())
                damaged();
            const auto byte = static_cast<unsigned char>(m_in[m_at++]);
            value |= static_cast<std::uint64_t>(byte & 0x7F) << shift;
            if (byte < 0x80)
                return static_cast<std::int64_t>(value >> 1) ^ -static_cast<std::int64_t>(value & 1);
        }
        damaged();
    }
    void operator()(std::string& text)
    {
        const std::int64_t size = number();
        if (size < 0 || static_cast<std::uint64_t>(size) > m_in.size() - m_at)
            damaged();
        text = m_in.substr(m_at, static_cast<std::size_t>(size));
        m_at += static_cast<std::size_t>(size);
    }
    void operator()(bool& value) { value = below(2) != 0; }
    void operator()(int& value) { value = static_cast<int>(number()); }
    template<class Tag, class Rep> void operator()(Id<Tag, Rep>& id)
    {
        const std::int64_t value = number();
        id.value = static_cast<Rep>(value);
        if (static_cast<std::int64_t>(id.value) != value)
            damaged();
    }
    template<class T> requires std::is_enum_v<T> void word(T& value, T last) { value = static_cast<T>(below(static_cast<std::int64_t>(last) + 1)); }
    template<class T, class Fields> void optional(std::optional<T>& value, Fields&& fields)
    {
        value.reset();
        if (below(2))
            fields(value.emplace());
    }
    std::int64_t below(std::int64_t bound)
    {
        const std::int64_t value = number();
        if (value < 0 || value >= bound)
            damaged();
        return value;
    }
    [[noreturn]] void damaged() const { throw Error(ErrorCode::libraryDamaged, "journal, byte " + std::to_string(m_at)); }

private:
    const std::string& m_in;
    std::size_t m_at = 0;
};

// ---- one walk over the fields for both directions
template<class W> void walk(W& w, Label& v)
{
    w(v.cluster);
    w.word(v.source, LabelSource::imported);
}
template<class W> void walk(W& w, Cluster& v)
{
    w(v.id);
    w(v.name);
    w(v.colour);
    w.optional(v.parent, w);
    w.optional(v.mergedInto, w);
    w.word(v.state, ClusterState::dissolved);
    w(v.isGroup);
    w(v.key);
    w(v.notes);
}
template<class W> void walk(W& w, LabelEdit& e)
{
    w(e.photo);
    const auto label = [&](Label& v) { walk(w, v); };
    w.optional(e.before, label);
    w.optional(e.after, label);
}
template<class W> void walk(W& w, ClusterEdit& e)
{
    w(e.cluster);
    const auto cluster = [&](Cluster& v) { walk(w, v); };
    w.optional(e.before, cluster);
    w.optional(e.after, cluster);
}
template<class W> void walk(W& w, CodeEdit& e)
{
    w(e.run);
    w(e.code);
    w.optional(e.before, w);
    w.optional(e.after, w);
}
template<class W> void walk(W& w, AnswerEdit& e)
{
    w(e.queue);
    w(e.key);
    w(e.before);
    w(e.after);
}
template<class W, class E> requires requires(E e) { e.photo; e.cluster; } void walk(W& w, E& e)    // RejectionEdit, ExemplarEdit
{
    w(e.photo);
    w(e.cluster);
    w(e.before);
    w(e.after);
}
template<class W> void walk(W& w, AwayEdit& e)
{
    w(e.photo);
    w(e.before);
    w(e.after);
}

template<std::size_t I = 0> Edit emptyEdit(std::size_t index)
{
    if constexpr (I + 1 < std::variant_size_v<Edit>)
        if (index != I)
            return emptyEdit<I + 1>(index);
    return Edit(std::in_place_index<I>);
}

} // namespace

std::vector<PhotoId> photosOf(const Edits& edits)
{
    std::vector<PhotoId> photos;
    for (const Edit& edit : edits)
        if (const auto* label = std::get_if<LabelEdit>(&edit))
            photos.push_back(label->photo);
        else if (const auto* rejection = std::get_if<RejectionEdit>(&edit))
            photos.push_back(rejection->photo);
        else if (const auto* away = std::get_if<AwayEdit>(&edit))
            photos.push_back(away->photo);
    return photos;
}

Edits inverse(Edits edits)
{
    std::ranges::reverse(edits);
    for (Edit& edit : edits)
        std::visit([](auto& e) { std::swap(e.before, e.after); }, edit);
    return edits;
}

std::string toBytes(const Edits& edits)
{
    std::string bytes;
    bytes.reserve(edits.size() * 8);
    Writer writer(bytes);
    writer.number(static_cast<std::int64_t>(edits.size()));
    for (Edit edit : edits) {
        writer.number(static_cast<std::int64_t>(edit.index()));
        std::visit([&](auto& e) { walk(writer, e); }, edit);
    }
    return bytes;
}

Edits fromBytes(const std::string& bytes)
{
    Edits edits;
    Reader reader(bytes);
    for (std::int64_t left = reader.below(static_cast<std::int64_t>(bytes.size()) + 1); left > 0; --left) {
        Edit edit = emptyEdit(static_cast<std::size_t>(reader.below(static_cast<std::int64_t>(std::variant_size_v<Edit>))));
        std::visit([&](auto& e) { walk(reader, e); }, edit);
        edits.push_back(std::move(edit));
    }
    if (!reader.atEnd())
        reader.damaged();
    return edits;
}

} // namespace plumage::project
