# SPDX-License-Identifier: BSD-2-Clause
# Completion of memblockctl for bash: commands, options, what they take, and
# the names of instances, for which the server is asked. Needs nothing of
# bash-completion.

_memblockctl_commands() {
	cat <<'END'
@commands@
END
}

_memblockctl_flags() {
	cat <<'END'
@flags@
END
}

# The arguments of a command, as its usage has them.
_memblockctl_arguments() {
	case $1 in
@arguments@
	esac
}

# The options of a command, or those that can stand before any.
_memblockctl_options() {
	case $1 in
@options@
	esac
}

# What the value of an option is called; nothing where it takes none.
_memblockctl_value() {
	case $1 in
@values@
	esac
}

# The instances of a server, or of the default one. Gives up soon.
_memblockctl_instances() {
	"${COMP_WORDS[0]}" ${1:+--server "$1"} --timeout 1 list 2>/dev/null |
		cut -d ' ' -f 1
}

# The words that a value or an argument of that kind can be, one a line.
_memblockctl_candidates() {
	local kind=$1 command=$2 server=$3

	case $kind in
	NAME | NAME@SEQ) [ "$command" = create ] || _memblockctl_instances "$server" ;;
	COMMAND) _memblockctl_commands ;;
	FLAG | FLAGS) _memblockctl_flags ;;
	SETTING) printf '%s\n' bottom-up current-limit resize ;;
	VALUE) printf '%s\n' on off anywhere ;;
	LIST) printf '%s\n' memory reserved physmem free ;;
	QUESTION)
		printf '%s\n' memory map-memory reserved region-memory \
			region-reserved overlaps find-region
		;;
	*[A-Z]*) ;; # nobody can know
	*'|'*) printf '%s\n' "${kind//|/$'\n'}" ;;
	esac
}

# COMP_WORDS is cut at : and =, so the line is read again, up to the cursor.
_memblockctl() {
	local line=${COMP_LINE:0:COMP_POINT} words word cur
	local command= server= pending= kind= count=0 arguments

	read -ra words <<<"$line"
	cur=
	[[ $line == *[[:blank:]] ]] || cur=${words[-1]}
	[[ -z $cur ]] || unset 'words[-1]'

	for word in "${words[@]:1}"; do
		if [[ -n $pending ]]; then
			[[ $pending != -s && $pending != --server ]] ||
				server=$word
			pending=
		elif [[ $word == --server=* ]]; then
			server=${word#*=}
		elif [[ $word == -?* ]]; then
			[[ -z $(_memblockctl_value "$word") ]] || pending=$word
		elif [[ -z $command ]]; then
			command=$word
		else
			count=$((count + 1))
		fi
	done

	if [[ -z $pending && $cur == --*=* ]]; then
		pending=${cur%%=*}
		cur=${cur#*=}
	fi
	if [[ -n $pending ]]; then
		kind=$(_memblockctl_value "$pending")
		case $pending in
		-s | --server)
			[[ $cur != unix:* ]] || kind=FILE cur=${cur#unix:}
			;;
		esac
	elif [[ $cur == -* ]]; then
		mapfile -t COMPREPLY < <(compgen -W \
			"$(_memblockctl_options "$command")" -- "$cur")
		return
	elif [[ -z $command ]]; then
		kind=COMMAND
	else
		read -ra arguments <<<"$(_memblockctl_arguments "$command")"
		kind=${arguments[count]-}
		[[ -n $kind || ${arguments[*]} != *...* ]] || kind=${arguments[-1]}
		kind=${kind//[\[\]]/}
		kind=${kind%...}
	fi
	case $kind in
	FILE | FILE.dtb)
		mapfile -t COMPREPLY < <(compgen -f -- "$cur")
		compopt -o filenames 2>/dev/null
		;;
	*)
		mapfile -t COMPREPLY < <(compgen -W "$(_memblockctl_candidates \
			"$kind" "$command" "$server")" -- "$cur")
		;;
	esac
}

complete -F _memblockctl memblockctl
