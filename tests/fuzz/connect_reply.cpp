// The answer of an HTTPS proxy to CONNECT.
#include "core/plug/connect_reply.hpp"

#include "tests/fuzz/property.hpp"

using namespace plug;
using fuzz::require;

namespace {

struct outcome {
    connect_reply::state now = connect_reply::state::reading;
    std::size_t used = 0;
    std::string why;

    bool operator==(const outcome&) const = default;
};

outcome read(std::string_view text, std::size_t portion) {
    connect_reply reply;
    outcome made;
    while (!text.empty() && reply.now() == connect_reply::state::reading) {
        made.used += reply.feed(text.substr(0, portion));
        text.remove_prefix(std::min(portion, text.size()));
    }
    made.now = reply.now();
    made.why = reply.why();
    if (made.now != connect_reply::state::reading) {
        require(reply.feed("HTTP/1.1 200 OK\r\n\r\n") == 0, "nothing is read after the end");
    }
    return made;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto text = fuzz::text_of(data, size);
    const auto whole = read(text, std::max<std::size_t>(size, 1));
    require(read(text, 1) == whole, "portions make no difference");
    require(whole.used <= std::min(size, connect_reply::limit), "no more is read than the limit");
    require(whole.why.size() <= 200, "a reason is short");
    require((whole.now == connect_reply::state::refused) == !whole.why.empty(),
            "a refusal has a reason, and nothing else has");
    if (whole.now == connect_reply::state::open) {
        require(text.starts_with("HTTP/1.") && text[whole.used - 1] == '\n',
                "what opens the tunnel is a reply, and its header is complete");
    }
    return 0;
}
