// Who may include whom. The rules stand in CONTRIBUTING.md under "The layers"; each is a function
// that gives the breaches of one file, and each is shown a breach of its own here.
#include "tests/unit/layout/source_scan.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <map>
#include <optional>
#include <regex>
#include <string>
#include <vector>

namespace {

using plug::layout::code_of;
using plug::layout::source_file;
using plug::layout::sources_below;
using plug::layout::text_of;

using breaches = std::vector<std::string>;

const std::filesystem::path root = PLUG_SOURCE_DIR;

const std::string linux_transport = "platform/transport/linux";

bool begins(const std::string& text, const char* prefix) { return text.rfind(prefix, 0) == 0; }

std::string folder_of(const std::string& path) { return path.substr(0, path.rfind('/')); }

// "core", "service", or in platform the folder; "platform" for the neutral headers, which stand at
// its top and in platform/transport.
std::string layer_of(const std::string& path) {
    if (!begins(path, "platform/"))
        return path.substr(0, path.find('/'));
    const auto folder = folder_of(path);
    return folder == "platform/transport" ? "platform" : folder;
}

bool is_system_folder(const std::string& layer) {
    return layer == "platform/posix" || layer == "platform/linux" || layer == "platform/windows" ||
           layer == linux_transport;
}

bool may_include_ours(const std::string& layer, const std::string& header) {
    const auto other = layer_of(header);
    if (other == layer || other == "platform")
        return true;
    if (layer == linux_transport)
        return other == "platform/linux" || other == "platform/posix";
    if (layer == "platform/linux")
        return other == "platform/posix";
    return layer == "service" && other == "core";
}

// A header of the C++ standard library has no dot and no slash in its name; what else is written in
// angle brackets belongs to Boost, or to an operating system.
bool may_include_foreign(const std::string& layer, const std::string& header) {
    if (is_system_folder(layer))
        return true;
    if (begins(header, "boost/log/"))
        return layer == "service";
    if (begins(header, "toml++/"))
        return layer == "service";
    return begins(header, "boost/") || header.find_first_of("./") == std::string::npos;
}

breaches wrong_includes(const source_file& file) {
    static const std::regex include(
        R"re((?:^|\n)[ \t]*#[ \t]*include[ \t]*([<"])([^>"\n]+)[>"])re");
    breaches found;
    const auto layer = layer_of(file.path);
    for (std::sregex_iterator at(file.text.begin(), file.text.end(), include), end; at != end;
         ++at) {
        const auto header = (*at)[2].str();
        const bool ours = (*at)[1] == "\"";
        if (!(ours ? may_include_ours(layer, header) : may_include_foreign(layer, header)))
            found.push_back(file.path + " includes " + header);
    }
    return found;
}

// `#pragma once` keeps headers from being read twice, so core and service need no #if at all.
breaches conditionals(const source_file& file) {
    static const std::regex conditional(
        R"((?:^|\n)[ \t]*#[ \t]*((?:if|ifdef|ifndef|elif)\b[^\n]*))");
    breaches found;
    const auto code = code_of(file.text);
    for (std::sregex_iterator at(code.begin(), code.end(), conditional), end; at != end; ++at)
        found.push_back(file.path + " has #" + (*at)[1].str());
    return found;
}

// What a Unix other than Linux does not have. A member function (`list.splice(`) is another thing.
breaches linux_only(const source_file& file) {
    static const std::regex call(
        R"((^|[^./>\w])(epoll_\w+|accept4|splice|tee|vmsplice|prctl|signalfd|eventfd|timerfd_\w+|)"
        R"(sendfile|SOCK_CLOEXEC|SOCK_NONBLOCK|EPOLL\w+|PR_SET_\w+|SIGRTMIN|__linux__)\b)");
    static const std::regex header(
        R"(#[ \t]*include[ \t]*<((?:linux|asm)/[^>]+|sys/(?:epoll|eventfd|signalfd|timerfd|prctl|)"
        R"(sendfile|inotify|sysinfo)\.h|features\.h))");
    breaches found;
    const auto code = code_of(file.text);
    for (const auto* pattern : {&call, &header}) {
        for (std::sregex_iterator at(code.begin(), code.end(), *pattern), end; at != end; ++at)
            found.push_back(file.path + " uses " + at->str());
    }
    return found;
}

// `lists` is the text of the CMakeLists.txt of the layer that the file belongs to.
breaches not_on_a_list(const source_file& file, const std::string& lists) {
    if (!file.path.ends_with(".cpp"))
        return {};
    const auto name = file.path.substr(file.path.find('/') + 1);
    const std::regex listed(R"((^|[\s(]))" +
                            std::regex_replace(name, std::regex(R"([.+])"), "\\$&") + R"([\s)])");
    if (std::regex_search(lists, listed))
        return {};
    return {file.path + " is on no source list"};
}

using rooms = std::vector<std::vector<std::string>>;

// The rooms of a layer: each includes only those behind it; rooms of one line do not include each
// other.
const rooms core_rooms = {{"engine"},  {"health", "session"}, {"plug"},  {"balance"},
                          {"picking"}, {"monitor"},           {"config"}};
const rooms service_rooms = {
    {"commands"}, {"showcase", "daemon", "convert"}, {"control"}, {"file"}, {"options"}, {"log"},
    {"text"}};

// Its line in `order`, from the front; none for a file that stands in no room.
std::optional<std::size_t> line_of(const rooms& order, const std::string& room) {
    for (std::size_t line = 0; line < order.size(); ++line) {
        if (std::ranges::count(order[line], room) > 0)
            return line;
    }
    return std::nullopt;
}

// "plug" for "core/plug/worker.hpp", empty for what stands directly in its layer.
std::string room_of(const std::string& path) {
    const auto folder = folder_of(path);
    const auto first = folder.find('/');
    return first == std::string::npos ? "" : folder.substr(first + 1);
}

// main.cpp and the like stand above all rooms, and no room includes them.
breaches wrong_rooms(const source_file& file, const rooms& order) {
    static const std::regex include(R"re((?:^|\n)[ \t]*#[ \t]*include[ \t]*"([^"\n]+)")re");
    breaches found;
    const auto room = room_of(file.path);
    const auto line = line_of(order, room);
    if (!room.empty() && !line)
        return {file.path + " stands in a room without a place in the order"};
    for (std::sregex_iterator at(file.text.begin(), file.text.end(), include), end; at != end;
         ++at) {
        const auto header = (*at)[1].str();
        const auto other = room_of(header);
        if (layer_of(header) != layer_of(file.path) || other == room)
            continue;
        const auto other_line = line_of(order, other);
        if (!other_line || (line && *other_line <= *line))
            found.push_back(file.path + " includes " + header);
    }
    return found;
}

// Rooms that a newcomer can look over: so many sources at most in a folder.
breaches crowded(const std::vector<source_file>& files) {
    constexpr std::size_t most = 34;
    constexpr std::size_t most_of_a_system = 46;
    constexpr std::size_t most_without_a_room = 6;
    std::map<std::string, std::size_t> sizes;
    for (const auto& file : files)
        ++sizes[folder_of(file.path)];
    breaches found;
    for (const auto& [folder, size] : sizes) {
        const bool is_layer = folder == "core" || folder == "service";
        const auto limit = is_layer                   ? most_without_a_room
                           : is_system_folder(folder) ? most_of_a_system
                                                      : most;
        if (size > limit)
            found.push_back(folder + " has " + std::to_string(size) + " sources");
    }
    return found;
}

// Holds every file below `folders` against `rule`; fails where there is no file at all.
template <typename Rule> void check_all(const std::vector<std::string>& folders, const Rule& rule) {
    for (const auto& folder : folders) {
        const auto files = sources_below(root, folder);
        BOOST_TEST(!files.empty(), folder << " has no source file");
        for (const auto& file : files) {
            for (const auto& breach : rule(file))
                BOOST_ERROR(breach);
        }
    }
}

} // namespace

BOOST_AUTO_TEST_SUITE(layers)

BOOST_AUTO_TEST_CASE(every_file_includes_only_what_its_layer_may) {
    check_all({"core", "platform", "service"}, wrong_includes);
}

BOOST_AUTO_TEST_CASE(every_room_includes_only_those_behind_it) {
    check_all({"core"}, [](const source_file& file) { return wrong_rooms(file, core_rooms); });
    check_all({"service"},
              [](const source_file& file) { return wrong_rooms(file, service_rooms); });
}

BOOST_AUTO_TEST_CASE(no_room_is_crowded) {
    for (const std::string layer : {"core", "platform", "service"}) {
        for (const auto& breach : crowded(sources_below(root, layer)))
            BOOST_ERROR(breach);
    }
}

BOOST_AUTO_TEST_CASE(an_include_against_the_order_of_the_rooms_is_found) {
    const auto count = [](const char* path, const char* text) {
        return wrong_rooms({path, text}, core_rooms).size();
    };
    BOOST_TEST(count("core/plug/a.cpp", "#include \"core/session/b.hpp\"\n") == 1U);
    BOOST_TEST(count("core/health/a.cpp", "#include \"core/session/b.hpp\"\n") == 1U);
    BOOST_TEST(count("core/plug/a.cpp", "#include \"core/b.hpp\"\n") == 1U);
    BOOST_TEST(count("core/cellar/a.cpp", "") == 1U);
    BOOST_TEST(count("core/plug/a.cpp",
                     "#include \"core/plug/b.hpp\"\n#include "
                     "\"core/monitor/b.hpp\"\n#include \"platform/c.hpp\"\n") == 0U);
    BOOST_TEST(count("core/a.cpp", "#include \"core/engine/b.hpp\"\n") == 0U);
}

BOOST_AUTO_TEST_CASE(a_crowded_room_is_found) {
    std::vector<source_file> files;
    for (int number = 0; number < 7; ++number)
        files.push_back({"core/" + std::to_string(number) + ".cpp", ""});
    BOOST_TEST(crowded(files).size() == 1U);
    for (auto& file : files)
        file.path.insert(5, "plug/");
    BOOST_TEST(crowded(files).empty());
}

BOOST_AUTO_TEST_CASE(core_and_service_have_no_conditional_compilation) {
    check_all({"core", "service"}, conditionals);
}

BOOST_AUTO_TEST_CASE(the_folders_for_every_unix_use_nothing_of_linux_alone) {
    check_all({"platform/posix", "platform/transport/portable"}, linux_only);
}

BOOST_AUTO_TEST_CASE(every_source_file_is_built) {
    for (const std::string layer : {"core", "platform", "service"}) {
        const auto lists = text_of(root / layer / "CMakeLists.txt");
        check_all({layer}, [&](const source_file& file) { return not_on_a_list(file, lists); });
    }
}

BOOST_AUTO_TEST_CASE(an_include_against_the_layers_is_found) {
    const auto count = [](const char* path, const char* text) {
        return wrong_includes({path, text}).size();
    };
    BOOST_TEST(count("core/a.cpp", "#include \"service/b.hpp\"\n") == 1U);
    BOOST_TEST(count("core/a.cpp", "#include \"platform/posix/b.hpp\"\n") == 1U);
    BOOST_TEST(count("core/a.cpp", "#include <sys/socket.h>\n") == 1U);
    BOOST_TEST(count("core/a.cpp", "int x;\n  # include <unistd.h>\n#include <fcntl.h>\n") == 2U);
    BOOST_TEST(count("core/a.cpp", "#include <boost/log/core.hpp>\n") == 1U);
    BOOST_TEST(count("service/a.cpp", "#include <windows.h>\n") == 1U);
    BOOST_TEST(count("service/a.cpp", "#include \"platform/linux/b.hpp\"\n") == 1U);
    BOOST_TEST(count("service/a.cpp", "#include \"tests/support/b.hpp\"\n") == 1U);
    BOOST_TEST(count("platform/a.hpp", "#include \"core/engine/engine.hpp\"\n") == 1U);
    BOOST_TEST(count("platform/a.hpp", "#include <netinet/in.h>\n") == 1U);
    BOOST_TEST(count("platform/posix/a.cpp", "#include \"core/engine/engine.hpp\"\n") == 1U);
    BOOST_TEST(count("platform/posix/a.cpp", "#include \"platform/linux/b.hpp\"\n") == 1U);
    BOOST_TEST(count("platform/transport/portable/a.cpp", "#include <sys/socket.h>\n") == 1U);
    BOOST_TEST(count("platform/transport/portable/a.cpp", "#include \"platform/posix/b.hpp\"\n") ==
               1U);
}

BOOST_AUTO_TEST_CASE(an_include_within_the_layers_is_not_reported) {
    const auto count = [](const char* path, const char* text) {
        return wrong_includes({path, text}).size();
    };
    BOOST_TEST(count("core/a.cpp", "#include \"core/b.hpp\"\n#include <vector>\n") == 0U);
    BOOST_TEST(count("core/a.cpp", "#include \"platform/b.hpp\"\n#include <boost/asio.hpp>\n") ==
               0U);
    BOOST_TEST(count("service/a.cpp", "#include \"core/balance/b.hpp\"\n") == 0U);
    BOOST_TEST(count("service/a.cpp", "#include <boost/log/core.hpp>\n") == 0U);
    BOOST_TEST(count("platform/posix/a.cpp", "#include <sys/socket.h>\n") == 0U);
}

BOOST_AUTO_TEST_CASE(conditional_compilation_is_found) {
    BOOST_TEST(conditionals({"core/a.cpp", "#ifdef __linux__\n#endif\n"}).size() == 1U);
    BOOST_TEST(conditionals({"core/a.cpp", "int a;\n # if defined(_WIN32)\n"}).size() == 1U);
    BOOST_TEST(conditionals({"core/a.hpp", "// #ifdef\n#pragma once\n"}).size() == 0U);
}

BOOST_AUTO_TEST_CASE(a_call_that_only_linux_has_is_found) {
    const auto count = [](const char* text) {
        return linux_only({"platform/posix/a.cpp", text}).size();
    };
    BOOST_TEST(count("int e = epoll_create1(0);") == 1U);
    BOOST_TEST(count("::accept4(a, b, c, 0);") == 1U);
    BOOST_TEST(count("splice(a, nullptr, b, nullptr, 1, 0);") == 1U);
    BOOST_TEST(count("socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);") == 1U);
    BOOST_TEST(count("#include <sys/prctl.h>\n") == 1U);
    BOOST_TEST(count("// not epoll_wait\nlog(\"accept4\"); pending.splice(at, other);") == 0U);
}

BOOST_AUTO_TEST_CASE(a_source_file_on_no_list_is_found) {
    const std::string lists = "add_library(\n  x\n  session/listener.cpp\n  worker.cpp)\n";
    BOOST_TEST(not_on_a_list({"core/worker.cpp", ""}, lists).empty());
    BOOST_TEST(not_on_a_list({"core/session/listener.cpp", ""}, lists).empty());
    BOOST_TEST(not_on_a_list({"core/listener.cpp", ""}, lists).size() == 1U);
    BOOST_TEST(not_on_a_list({"core/session/worker.cpp", ""}, lists).size() == 1U);
    BOOST_TEST(not_on_a_list({"core/plug/worker.hpp", ""}, lists).empty());
}

BOOST_AUTO_TEST_SUITE_END()
