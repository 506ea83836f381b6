// The answers of a target to a health check. The first byte chooses the check.
#include "core/health/dialogue.hpp"

#include "tests/fuzz/property.hpp"

#include <array>

using namespace plug;
using fuzz::require;

namespace {

struct outcome {
    std::string sent;
    step last;

    bool operator==(const outcome&) const = default;
};

check_config check_by(std::uint8_t choice) {
    // All but the first, tcp, and the last, command, which say and hear nothing.
    constexpr auto kinds = check_kinds().subspan(1, check_kinds().size() - 2);
    check_config check;
    check.kind = kinds[choice % kinds.size()].value;
    check.send = "hello\r\n";
    check.expect = "aab";
    check.user = choice / kinds.size() % 2 == 0 ? "" : "probe";
    return check;
}

void take(outcome& so_far, step next) {
    require(so_far.last.now == step::state::reading, "there is one verdict");
    so_far.sent += next.send;
    next.send.clear();
    so_far.last = std::move(next);
}

void stays_as_it_is(dialogue& talk, const step& verdict) {
    for (const auto& again : {talk.feed("220 more\r\n+PONG\r\n"), talk.ended()}) {
        require(again == verdict, "a verdict stays, and nothing is sent twice");
    }
}

outcome lead(const check_config& check, std::string_view said, std::size_t portion) {
    auto talk = make_dialogue(check, *parse_host_port("target.example:80"));
    outcome made;
    take(made, talk.opening());
    while (!said.empty() && made.last.now == step::state::reading) {
        require(!talk.awaited().empty(), "something is awaited while there is no verdict");
        take(made, talk.feed(said.substr(0, portion)));
        said.remove_prefix(std::min(portion, said.size()));
    }
    if (made.last.now == step::state::reading) {
        take(made, talk.ended());
    }
    require(made.last.now != step::state::reading, "the end is a verdict");
    stays_as_it_is(talk, made.last);
    return made;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) {
        return 0;
    }
    const auto check = check_by(data[0]);
    const auto said = fuzz::text_of(data + 1, size - 1);
    const auto whole = lead(check, said, size);
    require(lead(check, said, 1) == whole, "portions make no difference");
    require(!whole.last.reason.empty() && whole.last.reason.size() <= 200,
            "a reason has 1 to 200 characters");
    require(fuzz::is_printable(whole.last.reason), "a reason is one printable line");
    require(whole.sent.size() <= 1024, "little is sent");
    return 0;
}
