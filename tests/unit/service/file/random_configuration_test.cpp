// Whatever a file says, plug config prints it so that it reads back to the same.
#include "service/file/key_names.hpp"
#include "service/file/tables.hpp"
#include "service/file/writer.hpp"
#include "service/options/check_options.hpp"
#include "service/options/values.hpp"

#include "tests/unit/service/file/file_support.hpp"

#include <boost/test/unit_test.hpp>

#include <map>
#include <random>
#include <string>
#include <vector>

using namespace plug;
using namespace plug::test;

namespace {

using texts = std::vector<std::string>;

/// Values of options that are no words, numbers or times, or whose values must fit together.
const std::map<std::string_view, texts> samples{
    {"allow", {"10.0.0.0/8", "2001:db8::/32,192.168.1.1", "0.0.0.0/0"}},
    {"source", {"127.0.0.1"}},
    {"via", {"10.0.0.9:3128", "user:pa\"ss\\word@10.0.0.9:80"}},
    {"check-interval", {"3s", "2min"}},
    {"check-timeout", {"1s", "1500ms", "3s"}},
    {"check-path", {"/", "/health?a=%20b"}},
    {"check-method", {"HEAD", "OPTIONS"}},
    {"check-host", {"www.example.com", "a:81"}},
    {"check-status", {"200", "200-299,404"}},
    {"check-send", {"PING\\r\\n", "\\x00\\\\\"'"}},
    {"check-expect", {"+PONG", "\\xff"}},
    {"check-user", {"plug"}},
    {"check-command", {"/usr/lib/checks/one"}},
    {"log-to", {"stderr", "./plug.log"}},
    {"session-log", {"s.log", "log/s.log"}},
    {"pid-file", {"p.pid", "../p.pid"}},
    {"control", {"c.sock", "-"}},
    {"user", {"nobody"}},
    {"group", {"nogroup"}},
};

/// A file of random entries.
class random_file {
public:
    explicit random_file(std::uint32_t seed) : random_(seed) {}

    std::string text() {
        std::string made = "[process]\n" + entries(option_scope::process);
        if (is_so(50)) {
            made += "[defaults]\n" + entries(option_scope::plug, true);
        }
        for (const char* name : {"web", "\"a.b\"", "mail_2"}) {
            made += is_so(60) ? plug(name) : "";
        }
        return made;
    }

private:
    bool is_so(unsigned percent) { return number(0, 99) < percent; }
    std::uint64_t number(std::uint64_t least, std::uint64_t most) {
        return std::uniform_int_distribution<std::uint64_t>(least, most)(random_);
    }
    template <typename List> auto one_of(const List& list) {
        return list[number(0, list.size() - 1)];
    }

    /// What was written of a table so far.
    struct written_table_part {
        option_scope scope;
        bool is_for_all = false;
        std::string text{};
        texts options{};
        std::string policy{};
        std::string kind{};

        [[nodiscard]] bool has(std::string_view option) const {
            return std::ranges::find(options, option) != options.end();
        }
        void add(const long_option& option, const std::string& value) {
            text += key_of(option.form.name) + " = " + toml_of(option, value) + "\n";
            if (value != "false") {
                options.emplace_back(option.form.name);
            }
        }
    };

    /// Whether the option may stand beside what was written so far.
    static bool fits(const long_option& option, const written_table_part& table) {
        const auto& name = option.form.name;
        const auto& needs = option.traits.needs;
        const auto kind = value_in(check_kinds(), table.kind);
        return option.group.scope == table.scope && !table.has(name) &&
               (needs.empty() || table.has(needs)) &&
               (!is_detail_of_check(option) || (kind && is_of_kind(option, *kind))) &&
               (name != "weigh-connect-time" ||
                (table.policy == "random-two" && !table.is_for_all)) &&
               (name != "first" || table.policy.empty()) && name != "chroot" && name != "detach";
    }

    std::string entries(option_scope scope, bool is_for_all = false) {
        written_table_part table{scope, is_for_all};
        for (const auto& option : long_options()) {
            if (!is_so(40) || !fits(option, table)) {
                continue;
            }
            const auto value = value_of(option);
            table.add(option, value);
            if (option.form.name == "policy") {
                table.policy = value;
            } else if (option.form.name == "check") {
                table.kind = value;
                add_what_the_kind_needs(table);
            }
        }
        return std::move(table.text);
    }

    void add_what_the_kind_needs(written_table_part& table) {
        const auto* option = find_long_option(table.kind == "command"       ? "check-command"
                                              : table.kind == "send-expect" ? "check-expect"
                                                                            : "");
        if (option != nullptr) {
            table.add(*option, value_of(*option));
        }
    }

    std::string value_of(const long_option& option) {
        const auto& value = option.value;
        if (const auto sample = samples.find(option.form.name); sample != samples.end()) {
            return one_of(sample->second);
        }
        if (const auto words = words_of(option); !words.empty()) {
            return std::string(one_of(words));
        }
        if (value.form == value_form::flag) {
            return is_so(70) ? "true" : "false";
        }
        if (value.form == value_form::times) {
            return std::to_string(number(0, 2));
        }
        if (value.form == value_form::number) {
            const auto most = is_so(50) ? value.most : std::min<std::int64_t>(value.most, 9);
            return std::to_string(
                number(static_cast<std::uint64_t>(value.least), static_cast<std::uint64_t>(most)));
        }
        return value.form == value_form::duration ? time_of(option) : percent_of(value);
    }

    std::string percent_of(const option_value& value) {
        return std::to_string(number(0, static_cast<std::uint64_t>(value.most))) + "%";
    }

    std::string time_of(const long_option& option) {
        const auto none = values::word_for_none(option);
        if (!none.empty() && is_so(20)) {
            return std::string(none);
        }
        for (;;) {
            const auto unit = one_of(texts{"us", "ms", "s", "min", "h", "d"});
            const auto time = std::to_string(number(0, 5000)) + unit;
            auto line = empty_line_3();
            read_into(line, option, time);
            if (line.problems.empty() && option.value.fits(owner_in(line, option), option.value)) {
                return time;
            }
        }
    }

    static std::string toml_of(const long_option& option, const std::string& value) {
        const auto form = option.value.form;
        const bool is_bare =
            form == value_form::flag || form == value_form::times || form == value_form::number;
        return is_bare ? value : toml_text(value);
    }

    std::string plug(const std::string& name) {
        ++plugs_;
        const auto port = [&] { return std::to_string(7000 + 10 * plugs_ + number(0, 9)); };
        std::string made = "[plug." + name + "]\nlisten = [\"127.0.0.1:" + port() + "\"]\n";
        made += entries(option_scope::plug);
        const auto simple = number(1, 3);
        made += "targets = [";
        for (std::uint64_t i = 0; i < simple; ++i) {
            made += (i == 0 ? "\"" : ", \"") + address() + "\"";
        }
        made += "]\n";
        for (std::uint64_t i = number(0, 2); i > 0; --i) {
            made += target(name);
        }
        return made;
    }

    std::string address() { return "10.1.0." + std::to_string(++targets_) + ":80"; }

    std::string target(const std::string& plug) {
        std::string made = "[[plug." + plug + ".target]]\naddress = \"" + address() + "\"\n";
        made += is_so(30) ? "name = \"n" + std::to_string(targets_) + "\"\n" : "";
        made += is_so(30) ? "weight = " + std::to_string(number(0, 1000)) + "\n" : "";
        made += is_so(30) ? "backup = true\n" : "";
        made += is_so(30) ? "max_connections = 1234567\n" : "";
        if (is_so(50)) {
            made += "check = " +
                    one_of(texts{"false", "\"tcp\"", "{ kind = \"http\", path = \"/x\" }",
                                 "{ kind = \"mysql\", interval = \"1min\", user = \"u\" }"}) +
                    "\n";
        }
        return made;
    }

    std::mt19937 random_;
    unsigned plugs_ = 0;
    unsigned targets_ = 0;
};

bool is_same(const settings& one, const settings& other) {
    const auto is_equal = [&](const long_option& option) {
        return !std::holds_alternative<const settings*>(owner_in(usual_line_3(), option)) ||
               option.value.equal(&one, &other);
    };
    return one.engine == other.engine && one.detach == other.detach &&
           std::ranges::all_of(long_options(), is_equal);
}

std::size_t count(const std::string& text, const std::string& part) {
    std::size_t times = 0;
    for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) {
        ++times;
    }
    return times;
}

/// Every option that is kept in settings or a plug has a line, set or not, in each of its tables.
void names_every_option(const std::string& whole, std::size_t plugs) {
    for (const auto& option : long_options()) {
        const auto owner = owner_in(usual_line_3(), option);
        const bool is_of_plug = std::holds_alternative<const plug_config*>(owner);
        if (!is_of_plug && !std::holds_alternative<const settings*>(owner)) {
            continue;
        }
        const auto key = key_of(option.form.name);
        auto lines =
            count(whole, "\n" + key + " = ") + count(whole, "\n# " + key + " is not set: ");
        lines -= key == "max_connections" ? count(whole, "\nmax_connections = 1234567\n") : 0;
        BOOST_TEST(lines >= (is_of_plug ? plugs : 1U), key << " is missing in\n" << whole);
    }
}

} // namespace

BOOST_AUTO_TEST_SUITE(random_configuration)

BOOST_AUTO_TEST_CASE(what_is_printed_reads_back_to_the_same) {
    const auto first = std::random_device{}();
    for (std::uint32_t i = 0; i < 300; ++i) {
        const auto seed = first + i;
        const auto text = random_file(seed).text();
        const auto said = good(text);
        const auto whole = whole_file_of(said, false);
        BOOST_TEST(is_same(good(whole), said), "seed " << seed << "\n"
                                                       << text << "\ncame back as\n"
                                                       << whole);
        BOOST_TEST(whole_file_of(good(whole), false) == whole, "seed " << seed);
        BOOST_TEST(is_same(good(file_of(said)), said), "seed " << seed << "\n"
                                                               << text << "\ncame back as\n"
                                                               << file_of(said));
        names_every_option(whole, said.engine.plugs.size());
    }
}

BOOST_AUTO_TEST_SUITE_END()
