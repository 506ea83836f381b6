#include "service/convert/append.hpp"

#include "core/config/characters.hpp"
#include "service/convert/unused_name.hpp"
#include "service/file/loader.hpp"
#include "service/file/report.hpp"
#include "service/file/writer.hpp"
#include "service/options/plug_arguments.hpp"
#include "service/text/text_file.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <system_error>

namespace plug {

namespace {

/// Where `key` of [process] stands in the text, or the file begins.
file_position place_of_key(std::string_view text, std::string_view key) {
    std::uint32_t number = 0;
    for (auto line : split(text, '\n')) {
        ++number;
        const auto from = std::min(line.find_first_not_of(" \t"), line.size());
        line.remove_prefix(from);
        if (line.starts_with(key) &&
            std::string_view(" \t=").find(line.substr(key.size(), 1)) != std::string_view::npos) {
            return {number, static_cast<std::uint32_t>(from) + 1};
        }
    }
    return {};
}

/// Whether a line of 2.x says it, be it by silence.
bool is_key_of_2x(std::string_view key) {
    constexpr std::array<std::string_view, 5> keys{"grace", "log_connections", "session_log",
                                                   "pid_file", "debug"};
    return std::ranges::find(keys, key) != keys.end();
}

/// `text` with `lines` in its table [process], which is made where there is none.
std::string with_process(std::string_view text, const std::string& lines) {
    constexpr std::string_view head = "[process]";
    std::size_t from = 0;
    for (const auto line : split(text, '\n')) {
        const auto end = from + line.size();
        if (line.substr(std::min(line.find_first_not_of(" \t"), line.size())).starts_with(head)) {
            const bool is_last = end == text.size();
            return std::string(text.substr(0, end)) + "\n" + lines +
                   std::string(is_last ? "" : text.substr(end + 1));
        }
        from = end + 1;
    }
    return std::string(text) + (text.empty() ? "" : "\n") + std::string(head) + "\n" + lines;
}

/// Adds plugs to the text of one file.
class file_addition {
public:
    file_addition(const std::filesystem::path& path, std::string text)
        : path_(path), text_(std::move(text)),
          file_(load_configuration_file(path, empty_line_3(), false, text_)) {}

    std::variant<write_request, append_failure> add(plug::settings settings, bool is_2x) {
        if (!file_.report.empty()) {
            return append_failure{file_.report, exit_codes{}.configuration};
        }
        make_paths_absolute(settings);
        settle_process(settings, is_2x);
        if (!conflicts_.empty()) {
            return append_failure{report_of(path_.string(), text_, std::move(conflicts_)),
                                  exit_codes{}.conflict};
        }
        if (!additions_.empty() && path_.parent_path().filename() == "conf.d") {
            return append_failure{path_.string() +
                                      ": a file of conf.d holds plugs alone, and these "
                                      "need options of [process]:\n" +
                                      additions_ + "append them to the plug.toml beside conf.d\n",
                                  exit_codes{}.conflict};
        }
        const auto names = give_names(settings);
        auto made = additions_.empty() ? text_ : with_process(text_, additions_);
        made += (made.empty() || made.ends_with('\n') ? "" : "\n");
        made += (made.empty() ? "" : "\n") + plugs_of(settings);
        const auto whole = load_configuration_file(path_, empty_line_3(), false, made);
        if (!whole.report.empty()) {
            return append_failure{whole.report, exit_codes{}.configuration};
        }
        if (const auto changed = changed_by_defaults(settings, whole.settings); !changed.empty()) {
            return append_failure{
                path_.string() + ": [defaults] would change what " + changed +
                    " does; use another file, or move what [defaults] says to the "
                    "plugs that want it\n",
                exit_codes{}.conflict};
        }
        return write_request{path_, std::move(made), path_.string() + ": added " + names + "\n",
                             whole.warnings};
    }

private:
    /// A file without plugs may still be told everything that it does not say.
    void settle_process(const plug::settings& settings, bool is_2x) {
        const auto usual = process_values(empty_line_3().settings);
        const auto theirs = process_values(file_.settings);
        for (const auto& [key, there, here] :
             differences_between(theirs, process_values(settings))) {
            const auto known = usual.find(key);
            const std::string by_itself = known == usual.end() ? "not set" : known->second;
            if (here == by_itself && !(is_2x && is_key_of_2x(key))) {
                continue;
            }
            const bool is_usual = there == by_itself;
            if (file_.settings.engine.plugs.empty() && is_usual) {
                additions_ += key + " = " + here + "\n";
                continue;
            }
            conflicts_.push_back({place_of_key(text_, key),
                                  key + " is " + there +
                                      " in [process], and the plugs to be added have " + here +
                                      "; one process has one value: make them the same, or use "
                                      "another file"});
        }
    }

    /// The first of the added plugs that is not in the whole file what it was to be; empty = none.
    static std::string changed_by_defaults(const plug::settings& added,
                                           const plug::settings& whole) {
        for (const auto& plug : added.engine.plugs) {
            const auto& all = whole.engine.plugs;
            const auto there = std::ranges::find(all, plug.name, &plug_config::name);
            if (there != all.end() && !(*there == plug)) {
                return "[plug." + plug.name + "]";
            }
        }
        return {};
    }

    std::string give_names(plug::settings& settings) const {
        std::set<std::string> used;
        for (const auto& plug : file_.settings.engine.plugs) {
            used.insert(plug.name);
        }
        std::string all;
        for (auto& plug : settings.engine.plugs) {
            plug.name = unused_name(plug.name, used);
            all += (all.empty() ? "[plug." : ", [plug.") + plug.name + "]";
        }
        return all;
    }

    const std::filesystem::path& path_;
    std::string text_;
    configuration_file file_;
    std::string additions_;
    std::vector<file_problem> conflicts_;
};

} // namespace

std::variant<write_request, append_failure> append_to_file(const std::filesystem::path& path,
                                                           plug::settings settings, bool is_2x) {
    std::error_code unknown;
    const bool is_there = std::filesystem::symlink_status(path, unknown).type() !=
                          std::filesystem::file_type::not_found;
    auto text = is_there ? text_of_file(path) : parsed<std::string>::ok({});
    if (!text) {
        return append_failure{path.string() + ": " + text.why + "\n", exit_codes{}.configuration};
    }
    return file_addition(path, std::move(*text.value)).add(std::move(settings), is_2x);
}

} // namespace plug
